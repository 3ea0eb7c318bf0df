#include "mail/part_text.h"

namespace pillarbox::mail {

PartTextDecoder::PartTextDecoder(const Part& part)
    : transfer_(transfer_encoding(part.encoding)),
      charset_(raw_parameter(part.content_type.parameters, "charset").value_or("")) {}

std::string_view PartTextDecoder::feed(std::string_view body) {
  bytes_.clear();
  text_.clear();
  transfer_.feed(body, bytes_);
  charset_.feed(bytes_, text_);
  return text_;
}

std::string_view PartTextDecoder::finish() {
  bytes_.clear();
  text_.clear();
  transfer_.finish(bytes_);
  charset_.feed(bytes_, text_);
  charset_.finish(text_);
  return text_;
}

std::string part_text(const Part& part, std::string_view body) {
  PartTextDecoder decoder(part);
  std::string text(decoder.feed(body));
  text += decoder.finish();
  return text;
}

}  // namespace pillarbox::mail
