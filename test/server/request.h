#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::server {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first header of this name, in any case.
std::optional<std::string> findHeader(const Headers& headers, std::string_view name);

bool equalIgnoringCase(std::string_view left, std::string_view right);
/// Runs of white space become one blank, none at the ends.
std::string normalizedSpace(std::string_view text);

/// A request as it came.
struct Request {
    std::string method;
    std::string target;
    std::string version;  // "HTTP/1.1"
    Headers headers;      // in their order, names as sent
    std::string body;
    bool overTls = false;
    std::uint64_t connection = 0;  // counted from 1

    std::string path() const { return target.substr(0, target.find('?')); }
    std::optional<std::string> header(std::string_view name) const {
        return findHeader(headers, name);
    }

    /// The `sql` or `ksql` of the body; empty if there is none.
    std::string sql() const;
    /// One of `properties` or `streamsProperties`, as JSON text.
    std::optional<std::string> property(std::string_view name) const;
    std::optional<std::string> sessionVariable(std::string_view name) const;
    std::optional<std::string> requestProperty(std::string_view name) const;
    /// Any member of the body, as JSON text.
    std::optional<std::string> bodyMember(std::string_view name) const;
};

}  // namespace ksqldb::server
