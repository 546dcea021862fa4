#pragma once
#include <string>
#include <utility>
#include <vector>

namespace ksqldb {

/// @addtogroup statements
/// @{

/// Names and values of HTTP headers, in order.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// One HTTP request to the server, for what the library has no function for.
struct RawRequest {
    std::string method = "GET";  ///< of HTTP
    std::string path = "/";  ///< with its query, percent-encoded: "/status/stream/%60S%60/create"
    HttpHeaders headers;     ///< beside the client's own; one of the same name replaces it
    std::string body;
};

/// The answer as it came.
struct RawResponse {
    int status = 0;
    HttpHeaders headers;
    std::string body;
};

/// @}

}  // namespace ksqldb
