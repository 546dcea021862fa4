#pragma once
#include <ksqldb/raw_request.h>

#include <map>
#include <string>

namespace ksqldb::testing {

/// @addtogroup testing
/// @{

/// A request as the test's server got it.
struct Request {
    std::string method;       ///< "POST"
    std::string path;         ///< with its query: "/query-stream"
    std::string httpVersion;  ///< "HTTP/1.1", "HTTP/2"
    HttpHeaders headers;      ///< in their order, names as sent; with credentials, where there are
    std::string body;         ///< as it came. Of an insert the first megabyte

    std::string statement;  ///< empty where there is none
    /// Properties, session variables and request properties, by name: texts as they are, all else
    /// as JSON.
    std::map<std::string, std::string> properties;
    std::map<std::string, std::string> sessionVariables;
    std::map<std::string, std::string> requestProperties;
};

/// @}

}  // namespace ksqldb::testing
