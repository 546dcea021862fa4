#pragma once
#include <ksqldb/export.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ksqldb {

namespace detail {
struct ErrorDetail;
class ErrorBuilder;
}  // namespace detail

/// What kind of trouble it is, for programs that branch.
enum class ErrorCategory : std::uint8_t {
    Usage,      ///< the call itself is wrong; repeating it cannot help
    Connect,    ///< no connection, or it broke
    Timeout,    ///< a time limit struck; limitName() says which
    Cancelled,  ///< the caller called it off
    Http,       ///< an HTTP status without an error of ksqlDB's own, for example from a proxy
    Server,     ///< ksqlDB said no; serverCode() and serverMessage() say why
    Protocol,   ///< the answer is not what ksqlDB sends
    Limit,      ///< a bound of the client's was reached; limitName() says which
};

/// Numbers are frozen; one that is removed is never used again.
enum class ErrorCode : std::int32_t {
    InvalidArgument = 100,
    ClientClosed = 101,
    WouldDeadlock = 102,  ///< a blocking member was called inside a callback
    UsedAfterFork = 103,  ///< the Client was made before fork(), by the parent
    ConcurrentUse = 104,  ///< two threads used one thread-bound object
    UnknownColumn = 110,
    WrongType = 111,
    OutOfRange = 112,
    UnexpectedNull = 113,
    RowMismatch = 114,  ///< a struct or tuple does not fit the header
    CallbackThrew = 120,
    ExecutorRejected = 121,
    InternalError = 130,  ///< a fault of the library's own: what() says which, please report it
    ConnectFailed = 200,  ///< refused, unreachable, or the name does not resolve
    TlsFailed = 201,
    ConnectionLost = 202,  ///< closed or reset before the answer was complete
    Http2Required = 204,   ///< the server, or a proxy on the way, does not speak HTTP/2
    ConnectTimeout = 300,
    HeaderTimeout = 301,
    TotalTimeout = 302,
    IdleTimeout = 303,
    Cancelled = 400,
    HttpStatus = 500,
    ServerError = 600,
    StatementRejected =
        601,             ///< HTTP 400 with an error of ksqlDB's: the SQL or a property is wrong
    Unauthorized = 602,  ///< HTTP 401 or 403
    MalformedResponse = 700,
    TruncatedResponse = 701,  ///< the HTTP answer is complete, what it carries is not
    TooManyRows = 800,
    TooManyBytes = 801,
    LineTooLong = 802,
    NestingTooDeep = 803,
};

/// The one exception type of the library; futures carry it, Ending and Outcome hold it.
/// Copying never throws. *reentrant*
class KSQLDB_API Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& what);
    Error(const Error&) noexcept;
    Error& operator=(const Error&) noexcept;
    ~Error() override;

    ErrorCode code() const noexcept;
    ErrorCategory category() const noexcept;

    /// The HTTP status, 0 where no response head came.
    int httpStatus() const noexcept;
    /// ksqlDB's `error_code`, for example 40001; 0 where there is none.
    int serverCode() const noexcept;
    /// The server's own text, untouched: may be long, may hold user data. what() has it shortened.
    const std::string& serverMessage() const noexcept;
    /// The statement that was sent, empty where there was none. what() never repeats it.
    const std::string& statement() const noexcept;
    /// Method and URL of the request, without credentials; empty for errors of the client's own.
    const std::string& endpoint() const noexcept;
    /// For Limit and Timeout: the name of the option that struck, for example "maxRows".
    std::string_view limitName() const noexcept;
    /// Whether repeating the very same call can do no harm and may help.
    bool isRetryable() const noexcept;

private:
    friend class detail::ErrorBuilder;
    std::shared_ptr<const detail::ErrorDetail> detail_;
};

}  // namespace ksqldb
