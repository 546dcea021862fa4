#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::transport {

/// What all requests of a client have in common.
struct ConnectionSettings {
    std::string baseUrl;
    bool isTls = false;
    std::string user, secret;  // no authentication where user is empty
    std::string caFile;        // empty: the system's roots
    std::vector<std::pair<std::string, std::string>> headers;
    std::chrono::milliseconds connectTimeout{10'000};
};

struct HttpRequest {
    enum class Method { Get, Post };

    std::shared_ptr<const ConnectionSettings> connection;
    Method method = Method::Post;
    std::string path;    // "/query-stream"
    std::string accept;  // value of the Accept header
    std::string body;

    /// For people: "POST http://localhost:8088/query-stream".
    std::string endpoint() const {
        return (method == Method::Post ? "POST " : "GET ") + connection->baseUrl + path;
    }
};

/// Whether two names are one header's: case does not count.
bool isSameHeader(std::string_view a, std::string_view b);

}  // namespace ksqldb::transport
