#include "client/attempts/observed_headers.h"

#include "client/options/option_checks.h"

#include <ksqldb/error.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace ksqldb::client {

namespace {

bool beginsWithIgnoringCase(std::string_view text, std::string_view with) {
    return transport::equalsIgnoringCase(text.substr(0, with.size()), with);
}

/// Whom it asks, who asks, and how the message is framed and read.
bool isReserved(std::string_view name) {
    constexpr std::array<std::string_view, 12> reserved{
        "Authorization", "Connection", "Cookie",  "Expect",  "Host",   "Keep-Alive",
        "Range",         "TE",         "Trailer", "Upgrade", "Accept", "Transfer-Encoding"};
    return beginsWithIgnoringCase(name, "Accept-") || beginsWithIgnoringCase(name, "Content-") ||
           beginsWithIgnoringCase(name, "Proxy-") ||
           std::any_of(reserved.begin(), reserved.end(), [name](std::string_view other) {
               return transport::equalsIgnoringCase(name, other);
           });
}

}  // namespace

ObservedHeaders ObservedHeaders::from(transport::Headers wanted) {
    ObservedHeaders all;
    std::size_t bytes = 0;
    for (auto& [name, value] : wanted) {
        try {
            checkRequestHeader(name, value);
        } catch (const Error& error) {
            all.refusal = error.what();
            continue;
        }
        const std::size_t size = name.size() + value.size();
        if (isReserved(name)) {
            all.refusal = "the header " + name + " is not an Observer's";
        } else if (all.taken.size() >= most || bytes + size > mostBytes) {
            all.refusal = "more than 32 headers, or 16 KiB of them";
        } else {
            transport::setHeader(all.taken, name, std::move(value));
            bytes += size;
        }
    }
    return all;
}

}  // namespace ksqldb::client
