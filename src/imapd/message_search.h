// Looks into a message for what a SEARCH asks: decoded header fields and decoded text, streamed.
#pragma once

#include <string_view>
#include <vector>

#include "base/task.h"
#include "imapd/search_program.h"
#include "store/mailstore.h"

namespace pillarbox::imapd {

// The answers that the message's header gives. What isn't found there, but could be in the body, stays
// unknown.
Task<store::Result<store::Done>> ask_header(store::Mailstore& mailstore, store::BodyId body,
                                            std::vector<Question>& questions, std::vector<Tri>& answers);

// Answers all that is still unknown, from the body.
Task<store::Result<store::Done>> ask_body(store::Mailstore& mailstore, store::BodyId body,
                                          std::vector<Question>& questions, std::vector<Tri>& answers);

// The pure part of ask_header().
void ask_header_block(std::string_view block, std::vector<Question>& questions, std::vector<Tri>& answers);

}  // namespace pillarbox::imapd
