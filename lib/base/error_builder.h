#pragma once
#include <ksqldb/error.h>

#include <string>
#include <string_view>
#include <utility>

namespace ksqldb::detail {

struct ErrorDetail {
    ErrorCode code;
    int httpStatus = 0;
    int serverCode = 0;
    std::string serverMessage;
    std::string statement;
    std::string endpoint;
    std::string limitName;
    bool retryable = false;
};

/// Makes an Error with more than a code and a text.
class ErrorBuilder {
public:
    ErrorBuilder(ErrorCode code, std::string what) : what_(std::move(what)) { detail_.code = code; }
    /// Starts from an Error that exists, to add what its maker did not know.
    explicit ErrorBuilder(const Error& error);

    ErrorBuilder& what(std::string text) { return what_ = std::move(text), *this; }
    ErrorBuilder& http(int status) { return detail_.httpStatus = status, *this; }
    ErrorBuilder& server(int code, std::string message) {
        detail_.serverCode = code;
        detail_.serverMessage = std::move(message);
        return *this;
    }
    ErrorBuilder& statement(std::string sql) { return detail_.statement = std::move(sql), *this; }
    ErrorBuilder& endpoint(std::string text) { return detail_.endpoint = std::move(text), *this; }
    ErrorBuilder& limit(std::string_view name) { return detail_.limitName = name, *this; }
    ErrorBuilder& retryable(bool yes = true) { return detail_.retryable = yes, *this; }

    Error build() const;

private:
    std::string what_;
    ErrorDetail detail_;
};

}  // namespace ksqldb::detail

namespace ksqldb::base {

/// The exception that is being handled, as an Error. For a catch block.
Error currentError();

}  // namespace ksqldb::base
