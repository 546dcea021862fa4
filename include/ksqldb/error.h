#pragma once
#include <ksqldb/export.h>

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb {

/// @addtogroup failing
/// @{

namespace detail {
struct ErrorDetail;
class ErrorBuilder;
}  // namespace detail

/// What kind of trouble it is, by what a program does about it.
enum class ErrorCategory : std::uint8_t {
    Usage,      ///< the call itself is wrong: mend the program
    Connect,    ///< no connection, or it broke: look at the network, or try again
    Timeout,    ///< a time limit struck; limitName() says which
    Cancelled,  ///< the caller called it off
    Http,       ///< an HTTP status without an error of ksqlDB's own, for example from a proxy
    Server,     ///< ksqlDB said no; serverCode() and serverMessage() say why
    Protocol,   ///< the answer is not what ksqlDB sends
    Limit,      ///< a bound of the client's was reached; limitName() says which
    Data,       ///< the data does not fit what was asked of it: read it as something else
    Resources,  ///< this machine has no more of something: end what is not needed
    Internal,   ///< a fault of the library's own: report it, please
};

/// What happened. Numbers are frozen; one that is removed is never used again. The category is the
/// number without its last two digits.
enum class ErrorCode : std::int32_t {
    InvalidArgument = 100,
    ClientClosed = 101,      ///< by Client::close() or its destructor
    WouldDeadlock = 102,     ///< a blocking member was called inside a callback
    UsedAfterFork = 103,     ///< the Client was made before fork(), by the parent
    ConcurrentUse = 104,     ///< two threads used one thread-bound object
    Unsupported = 105,       ///< what was asked for is more than this build of libcurl can do
    UnknownColumn = 110,     ///< there is no such column, field or key
    CallbackThrew = 120,     ///< a function of the application's
    ExecutorRejected = 121,  ///< the executor threw, so that a callback could not run
    /// refused, unreachable, the name does not resolve, or a server in the TLS handshake or a proxy
    /// hung up: nothing was asked yet
    ConnectFailed = 200,
    TlsFailed = 201,       ///< no trust, or the server refused: a client certificate, for example
    ConnectionLost = 202,  ///< closed or reset before the answer was complete
    Http2Required = 204,   ///< the server, or a proxy on the way, does not speak HTTP/2
    CredentialsFailed = 205,  ///< no credentials to be had: see CredentialProvider
    ConnectTimeout = 300,
    HeaderTimeout = 301,
    TotalTimeout = 302,  ///< timeout(), requestTimeout(), or the limit of a call that waits
    IdleTimeout = 303,   ///< idleTimeout() or acknowledgementTimeout()
    Cancelled = 400,
    HttpStatus = 500,    ///< of no success, and without an error of ksqlDB's own
    ProxyRefused = 501,  ///< a proxy did not open the way; httpStatus() is its answer
    ServerError = 600,   ///< an error of ksqlDB's that has no code of its own below
    StatementRejected =
        601,               ///< HTTP 400 with an error of ksqlDB's: the SQL or a property is wrong
    Unauthorized = 602,    ///< HTTP 401, or 403 with an error of ksqlDB's
    PushQueryLimit = 603,  ///< the server runs as many push queries as it is configured to
    TableNotReady = 604,   ///< a pull query came before the table's state can be read
    MalformedResponse = 700,  ///< not what ksqlDB sends, or no HTTP
    TruncatedResponse = 701,  ///< the HTTP answer ended, what it carries is not complete
    TooManyRows = 800,
    TooManyBytes = 801,
    LineTooLong = 802,
    NestingTooDeep = 803,
    HeadTooLarge = 804,  ///< the head of the HTTP answer
    TooManyColumns = 805,
    TooManyEntities = 806,  ///< in an answer to a command
    WrongType = 900,        ///< a value was asked for as what it is not
    OutOfRange = 901,       ///< a value does not fit, or there is none of that number
    UnexpectedNull = 902,
    RowMismatch = 903,    ///< a struct or tuple does not fit the header
    SchemaChanged = 904,  ///< a query that is resumed has other columns than before
    NoMemory = 1000,
    NoThread = 1001,
    NoDescriptor = 1002,   ///< for a socket or the like
    InternalError = 1100,  ///< what() says which
};

/// The name as it is written here: "ConnectFailed", "Connect". A number that has none: "?".
/// *thread-safe*
KSQLDB_API std::string_view toString(ErrorCode code) noexcept;
KSQLDB_API std::string_view toString(ErrorCategory category) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, ErrorCode code);
KSQLDB_API std::ostream& operator<<(std::ostream& out, ErrorCategory category);

/// The one exception type of the library; futures carry it, Ending and Outcome hold it.
/// Copying never throws. *reentrant*
class KSQLDB_API Error : public std::runtime_error {
public:
    /// An error of the application's own, for example to be thrown in a callback.
    Error(ErrorCode code, const std::string& what);
    Error(const Error&) noexcept;
    Error& operator=(const Error&) noexcept;
    ~Error() override;

    /// What happened.
    ErrorCode code() const noexcept;
    /// What kind of trouble it is.
    ErrorCategory category() const noexcept;

    /// The name of the code, and what(): "ConnectFailed: POST http://…".
    std::string toString() const;

    /// The HTTP status, 0 where no response head came. For ProxyRefused it is the proxy's, for
    /// CredentialsFailed the identity provider's.
    int httpStatus() const noexcept;
    /// ksqlDB's `error_code`, for example 40001; 0 where there is none.
    int serverCode() const noexcept;
    /// The server's own text, unchanged: it may be long and may hold user data. what() has it
    /// shortened.
    const std::string& serverMessage() const noexcept;
    /// The statement that was sent, empty where there was none. what() never repeats it.
    const std::string& statement() const noexcept;
    /// Method and URL of the request, without credentials; empty for errors of the client's own.
    const std::string& endpoint() const noexcept;
    /// For Limit and Timeout: the name of the option that struck, for example "maxRows"; "close"
    /// for the limit of InsertStream::close(), "limit" for that of a command that waits. For
    /// ConnectionLost "livenessProbe", for ClientClosed "close", where these did.
    std::string_view limitName() const noexcept;
    /// Whether the same call, made again, may succeed and can do no harm.
    /// - Yes, because nothing was executed: ConnectFailed, ConnectTimeout, PushQueryLimit and
    ///   TableNotReady; ProxyRefused with HTTP status 429 or 502 to 504; ServerError with
    ///   serverCode() 50302 to 50304; CredentialsFailed, where its cause may pass.
    /// - Yes, but not for a request with several statements, of which the first may have been
    ///   executed: ServerError with serverCode() 42900 or 50301, and with 50000 where ksqlDB timed
    ///   out before it wrote the statement into its command topic.
    /// - Yes only for a call that reads, and for a streamed query before its first row:
    ///   ConnectionLost, TruncatedResponse, HeaderTimeout, TotalTimeout, IdleTimeout, NoMemory,
    ///   NoThread and NoDescriptor; HttpStatus and ServerError with HTTP status 429 or 502 to 504.
    ///   For other calls no: the server may have executed them, or rows would come again.
    /// - All others: no.
    bool isRetryable() const noexcept;

private:
    friend class detail::ErrorBuilder;
    std::shared_ptr<const detail::ErrorDetail> detail_;
};

/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, const Error& error);

namespace detail {

/// What a function of the application's threw: "onRow threw: …". An Error stays as it is. For a
/// catch block.
KSQLDB_API Error thrownBy(const char* function);

/// Calls a function of the application's. What it throws becomes an Error that names it.
template <class F, class... A>
void callNamed(const char* name, F& function, A&&... arguments) {
    try {
        function(std::forward<A>(arguments)...);
    } catch (...) {
        throw thrownBy(name);
    }
}

}  // namespace detail

/// @}

}  // namespace ksqldb
