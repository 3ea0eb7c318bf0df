#include "mail/message_search.h"

#include <algorithm>

#include "mail/encoded_word.h"
#include "mail/limits.h"

namespace pillarbox::mail {

MessageSearch::MessageSearch(const std::vector<SearchKey>& keys) {
  for (const SearchKey& key : keys) {
    keys_.push_back({.in = key.in, .matcher = TextMatcher(key.utf8)});
    wants_headers_ = wants_headers_ || key.in == SearchKey::In::text;
  }
}

void MessageSearch::begin(const Structure& structure) {
  pieces_.clear();
  for (const Part& part : structure.parts) {
    if (wants_headers_)
      pieces_.push_back({.begin = part.header_start, .end = part.body_start, .text = nullptr});
    if (part.kind == Part::Kind::leaf && part.content_type.type == "text") {
      pieces_.push_back({.begin = part.body_start, .end = part.body_end, .text = &part});
    }
  }
  unsettled_ = 0;
  for (Key& key : keys_) {
    key.matcher.reset();
    if (!key.matcher.is_found()) ++unsettled_;
  }
  piece_ = 0;
  position_ = 0;
  header_.clear();
  text_.reset();
}

void MessageSearch::feed(std::string_view chunk) {
  while (!chunk.empty() && piece_ < pieces_.size() && !is_settled()) {
    const Piece& piece = pieces_[piece_];
    if (position_ < piece.begin) {
      const auto skipped = std::min<std::uint64_t>(chunk.size(), piece.begin - position_);
      position_ += skipped;
      chunk.remove_prefix(skipped);
      continue;
    }
    const auto taken = std::min<std::uint64_t>(chunk.size(), piece.end - position_);
    read_piece(chunk.substr(0, taken));
    position_ += taken;
    chunk.remove_prefix(taken);
    if (position_ == piece.end) end_piece();
  }
  position_ += chunk.size();
}

void MessageSearch::finish() {
  if (piece_ < pieces_.size() && position_ > pieces_[piece_].begin) end_piece();
  piece_ = pieces_.size();
}

void MessageSearch::read_piece(std::string_view bytes) {
  if (pieces_[piece_].text == nullptr) {
    header_.append(bytes.substr(0, limits::header_block - header_.size()));
    return;
  }
  if (!text_) text_.emplace(*pieces_[piece_].text);
  match_text(text_->feed(bytes));
}

void MessageSearch::end_piece() {
  if (pieces_[piece_].text == nullptr) {
    match_header();
  } else if (text_) {
    match_text(text_->finish());
    end_text();
    text_.reset();
  }
  ++piece_;
}

void MessageSearch::match_text(std::string_view utf8) {
  const std::string_view prepared = casemap_.feed(utf8);
  for (Key& key : keys_) match(key, prepared);
}

void MessageSearch::match_header() {
  HeaderReader reader(header_);
  for (std::size_t count = 0; count < limits::header_fields && !is_settled(); ++count) {
    const auto field = reader.next();
    if (!field) break;
    const std::string_view prepared =
        casemap_.feed(std::string(field->name) + ": " + decode_text(field->value));
    for (Key& key : keys_) {
      if (key.in == SearchKey::In::text) match(key, prepared);
    }
    end_text();
  }
  header_.clear();
}

void MessageSearch::match(Key& key, std::string_view prepared) {
  if (key.matcher.is_found()) return;
  if (key.matcher.feed(prepared)) --unsettled_;
}

void MessageSearch::end_text() {
  casemap_.finish();
  for (Key& key : keys_) key.matcher.finish();
}

bool header_contains(std::string_view header_block, std::string_view field_name, std::string_view utf8) {
  TextMatcher matcher(utf8);
  HeaderReader reader(header_block);
  for (std::size_t count = 0; count < limits::header_fields; ++count) {
    const auto field = reader.next();
    if (!field) break;
    if (!field->is(field_name)) continue;
    if (matcher.is_found()) return true;
    CasemapStream casemap;
    if (matcher.feed(casemap.feed(decode_text(field->value)))) return true;
    matcher.finish();
  }
  return false;
}

}  // namespace pillarbox::mail
