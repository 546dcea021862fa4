#include "base/error_builder.h"
#include "base/error_context.h"
#include "base/require.h"

#include <ksqldb/error.h>

#include <exception>
#include <new>

namespace ksqldb {

namespace detail {

ErrorBuilder::ErrorBuilder(const Error& error) : what_(error.what()), detail_(*error.detail_) {}

Error ErrorBuilder::build() const {
    Error error(detail_.code, what_);
    error.detail_ = std::make_shared<const ErrorDetail>(detail_);
    return error;
}

Error thrownBy(const char* function) {
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::exception& other) {
        return Error(ErrorCode::CallbackThrew, std::string(function) + " threw: " + other.what());
    } catch (...) {
        return Error(ErrorCode::CallbackThrew, std::string(function) + " threw");
    }
}

}  // namespace detail

Error base::ErrorContext::describe(const Error& error) const {
    return detail::ErrorBuilder(error)
        .what(endpoint + ": " + error.what())
        .statement(statement)
        .endpoint(endpoint)
        .build();
}

Error base::currentError() {
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return Error(ErrorCode::NoMemory, "the client got no memory");
    } catch (const std::exception& other) {
        return Error(ErrorCode::InternalError, std::string("inside the client: ") + other.what());
    } catch (...) {
        return Error(ErrorCode::InternalError, "inside the client: an unknown exception");
    }
}

void base::require(bool condition, const char* what) {
    if (!condition) throw Error(ErrorCode::InvalidArgument, what);
}

Error::Error(ErrorCode code, const std::string& what) : std::runtime_error(what) {
    detail::ErrorDetail plain;
    plain.code = code;
    detail_ = std::make_shared<const detail::ErrorDetail>(std::move(plain));
}

// Out of line, so that the type information is emitted here, once, and exported.
Error::Error(const Error&) noexcept = default;
Error& Error::operator=(const Error&) noexcept = default;
Error::~Error() = default;

ErrorCode Error::code() const noexcept { return detail_->code; }

ErrorCategory Error::category() const noexcept {
    switch (static_cast<int>(detail_->code) / 100) {
        case 2:
            return ErrorCategory::Connect;
        case 3:
            return ErrorCategory::Timeout;
        case 4:
            return ErrorCategory::Cancelled;
        case 5:
            return ErrorCategory::Http;
        case 6:
            return ErrorCategory::Server;
        case 7:
            return ErrorCategory::Protocol;
        case 8:
            return ErrorCategory::Limit;
        case 9:
            return ErrorCategory::Data;
        case 10:
            return ErrorCategory::Resources;
        case 11:
            return ErrorCategory::Internal;
        default:
            return ErrorCategory::Usage;
    }
}

int Error::httpStatus() const noexcept { return detail_->httpStatus; }
int Error::serverCode() const noexcept { return detail_->serverCode; }
const std::string& Error::serverMessage() const noexcept { return detail_->serverMessage; }
const std::string& Error::statement() const noexcept { return detail_->statement; }
const std::string& Error::endpoint() const noexcept { return detail_->endpoint; }
std::string_view Error::limitName() const noexcept { return detail_->limitName; }
bool Error::isRetryable() const noexcept { return detail_->retryable; }

}  // namespace ksqldb
