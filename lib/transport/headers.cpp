#include "transport/headers.h"

#include <algorithm>

namespace ksqldb::transport {

namespace {

// Of ASCII alone: the locale of the program has no say in HTTP.
char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

auto find(const Headers& headers, std::string_view name) noexcept {
    return std::find_if(headers.begin(), headers.end(), [name](const auto& header) {
        return equalsIgnoringCase(header.first, name);
    });
}

}  // namespace

bool equalsIgnoringCase(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

void setHeader(Headers& headers, std::string_view name, std::string value) {
    const auto known = find(headers, name);
    if (known != headers.end())
        headers[static_cast<std::size_t>(known - headers.begin())].second = std::move(value);
    else
        headers.emplace_back(name, std::move(value));
}

const std::string* findHeader(const Headers& headers, std::string_view name) noexcept {
    const auto known = find(headers, name);
    return known == headers.end() ? nullptr : &known->second;
}

bool isToken(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        const char small = lower(c);
        return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

}  // namespace ksqldb::transport
