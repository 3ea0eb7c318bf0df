// Which parts of a message a person reads, and which are attached (RFC 8621 §4.1.4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mail/structure.h"

namespace pillarbox::mail {

struct BodyParts {
  std::vector<PartIndex> text;  // to show where plain text is preferred; html too where there is nothing else
  std::vector<PartIndex> html;
  std::vector<PartIndex> attachments;
};

// By the algorithm of RFC 8621 §4.1.4. `message`: the root, or the child of a Kind::message; what is inside
// further messages doesn't count. A multipart without parts is an attachment.
BodyParts select_body_parts(const Structure& structure, PartIndex message = 0);

// The file name of a part in UTF-8, as Content-Disposition or else Content-Type gives it; not to be used as a
// path.
std::optional<std::string> file_name(const Part& part);

}  // namespace pillarbox::mail
