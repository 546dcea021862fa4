#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::transport {

/// Names and values of HTTP headers, in the order in which they are sent.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// Of names of headers and hosts: ASCII letters are equal in either case.
bool equalsIgnoringCase(std::string_view a, std::string_view b) noexcept;

/// Takes the place of a header of that name, or adds one.
void setHeader(Headers& headers, std::string_view name, std::string value);

/// The value of the first header of that name, or null.
const std::string* findHeader(const Headers& headers, std::string_view name) noexcept;

/// Whether it may be a method or a header's name: what RFC 9110 calls a token.
bool isToken(std::string_view text) noexcept;

}  // namespace ksqldb::transport
