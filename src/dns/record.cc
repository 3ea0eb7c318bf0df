#include "dns/record.h"

#include "dns/answer.h"

namespace pillarbox::dns {

std::string_view name_of(Type type) {
  switch (type) {
    case Type::a: return "A";
    case Type::cname: return "CNAME";
    case Type::ptr: return "PTR";
    case Type::mx: return "MX";
    case Type::txt: return "TXT";
    case Type::aaaa: return "AAAA";
    case Type::dnskey: return "DNSKEY";
    case Type::tlsa: return "TLSA";
  }
  return "?";
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::found: return "found";
    case Outcome::no_such_name: return "no such name";
    case Outcome::no_data: return "no such record";
    case Outcome::temporary_failure: return "no answer";
    case Outcome::bogus: return "forged or damaged";
  }
  return "?";
}

}  // namespace pillarbox::dns
