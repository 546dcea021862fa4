#pragma once
#include <ksqldb/cancel.h>
#include <ksqldb/error.h>
#include <ksqldb/executor.h>
#include <ksqldb/export.h>
#include <ksqldb/log.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace ksqldb {

using std::chrono::milliseconds;

namespace detail {
struct ClientSettings;
struct QuerySettings;
struct StreamSettings;
}  // namespace detail

/// The value of a property. There is no null: ksqlDB answers it with an error 500. Throws
/// Error(InvalidArgument) for an integer beyond 2^63 - 1.
class PropertyValue {
public:
    using Variant = std::variant<bool, std::int64_t, double, std::string>;

    template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
    PropertyValue(T value) : value_(number(value)) {}
    PropertyValue(std::string value) : value_(std::move(value)) {}
    PropertyValue(std::string_view value) : value_(std::string(value)) {}
    PropertyValue(const char* value) : value_(std::string(value)) {}
    PropertyValue(std::nullptr_t) = delete;

    const Variant& get() const noexcept { return value_; }

private:
    template <class T>
    static Variant number(T value) {
        static_assert(!std::is_same_v<T, char>, "a char is neither text nor a number here");
        if constexpr (std::is_same_v<T, bool>) {
            return value;
        } else if constexpr (std::is_integral_v<T>) {
            const auto number = static_cast<std::int64_t>(value);
            if (std::is_unsigned_v<T> && number < 0)
                throw Error(ErrorCode::InvalidArgument, "a property's value is beyond 2^63 - 1");
            return number;
        } else {
            return static_cast<double>(value);
        }
    }

    Variant value_;
};

/// Where a push query starts: at what comes from now on, or at the beginning of its source.
enum class OffsetReset : std::uint8_t { Latest, Earliest };

/// How a Client connects and what it sends with every call. Setters return *this; what they are
/// given is checked by the Client's constructor. *reentrant*
class KSQLDB_API ClientOptions {
public:
    ClientOptions();  ///< http://localhost:8088
    /// The server's address: http[s]://host[:port]. Without a port it is 8088 for http and 443 for
    /// https.
    explicit ClientOptions(std::string_view url);
    /// The same. Throws Error(InvalidArgument) for a null pointer, as getenv() gives it.
    explicit ClientOptions(const char* url);
    ClientOptions(std::nullptr_t) = delete;
    ClientOptions(const ClientOptions& other);
    ClientOptions(ClientOptions&& other) noexcept;
    ClientOptions& operator=(ClientOptions other) noexcept;
    ~ClientOptions();

    /// Basic authentication, as a hosted cluster wants it. Over https only, unless allowed:
    ClientOptions& apiKey(std::string key, std::string secret);
    ClientOptions& allowCredentialsOverPlainHttp(bool allow = true);
    /// PEM file of the certificate authorities to trust; default: the system's.
    ClientOptions& caFile(std::string path);
    /// An additional request header. One of the client's own of the same name is replaced. For
    /// Authorization the same goes as for apiKey(): over https only, unless allowed.
    ClientOptions& requestHeader(std::string name, std::string value);

    /// Name resolution, TCP and TLS together. Default 10 s; has to be above 0.
    ClientOptions& connectTimeout(milliseconds limit);
    /// From the call to the query's header line. Default 30 s; 0: none.
    ClientOptions& headerTimeout(milliseconds limit);
    /// For the short requests: closeQuery, serverInfo, healthCheck. Default 15 s; 0: none.
    ClientOptions& requestTimeout(milliseconds limit);

    /// Sent with every query; a property of the call itself wins.
    ClientOptions& property(std::string name, PropertyValue value);
    /// For `${name}` in statements; a variable of the call itself wins.
    ClientOptions& sessionVariable(std::string name, std::string value);

    /// Threads for callbacks. Default 1. Callbacks of one query are never two at once.
    ClientOptions& deliveryThreads(unsigned count);
    /// The longest line (row) accepted. Default 16 MiB, at most 1 GiB; longer: Error(LineTooLong).
    ClientOptions& maxLineBytes(std::size_t bytes);
    /// Makes each statement wait until its server has executed those that this Client has executed
    /// before. So it sees what they did, on every server of a cluster. Default: off.
    ClientOptions& readOwnWrites(bool on = true);
    /// How long, at most, a query under load is left unread, so that many rows come with one read.
    /// It delays neither a row that comes after a silence nor (where the system has epoll;
    /// elsewhere they wait as well) the Client's other queries. Default 1 ms, at most 100 ms; 0:
    /// rows are read as they come.
    ClientOptions& readPause(std::chrono::microseconds pause);

    /// Default: silent.
    ClientOptions& log(LogLevel least, LogSink sink);
    /// To standard error.
    ClientOptions& logToStderr(LogLevel least);

private:
    friend struct detail::ClientSettings;
    std::unique_ptr<detail::ClientSettings> settings_;
};

/// For one executeQuery, which checks them. What is not set comes from the ClientOptions.
/// *reentrant*
class KSQLDB_API QueryOptions {
public:
    QueryOptions();
    QueryOptions(const QueryOptions& other);
    QueryOptions(QueryOptions&& other) noexcept;
    QueryOptions& operator=(QueryOptions other) noexcept;
    ~QueryOptions();

    QueryOptions& property(std::string name, PropertyValue value);
    QueryOptions& sessionVariable(std::string name, std::string value);
    /// The property "auto.offset.reset". ksqlDB's default for push queries is Latest.
    QueryOptions& offsetReset(OffsetReset reset);
    /// For the whole call; Error(TotalTimeout). Default: 0, none.
    QueryOptions& timeout(milliseconds limit);
    QueryOptions& cancelToken(CancelToken token);
    /// More rows end the call with Error(TooManyRows). Default 10 000; 0: no limit.
    QueryOptions& maxRows(std::size_t rows);
    /// More bytes of row text end the call with Error(TooManyBytes). Default 64 MiB; 0: no limit.
    QueryOptions& maxBytes(std::size_t bytes);

private:
    friend struct detail::QuerySettings;
    std::unique_ptr<detail::QuerySettings> settings_;
};

/// What a stream does with a consumer that is slower than its rows.
enum class Overflow : std::uint8_t {
    Pause,       ///< nothing is lost: the transfer waits, then the server does
    KeepLatest,  ///< each call gets the newest rows, at most maxRowsPerCall; older ones are skipped
                 ///< and counted. For displays
};

/// What a stream does with a delete on a table. A row of nulls would make checked getters throw.
enum class Tombstones : std::uint8_t { Skip, Deliver };

/// For one streamQuery, which checks them. What is not set comes from the ClientOptions.
/// *reentrant*
class KSQLDB_API StreamOptions {
public:
    StreamOptions();
    StreamOptions(const StreamOptions& other);
    StreamOptions(StreamOptions&& other) noexcept;
    StreamOptions& operator=(StreamOptions other) noexcept;
    ~StreamOptions();

    StreamOptions& property(std::string name, PropertyValue value);
    StreamOptions& sessionVariable(std::string name, std::string value);
    /// The property "auto.offset.reset". ksqlDB's default for push queries is Latest.
    StreamOptions& offsetReset(OffsetReset reset);
    StreamOptions& cancelToken(CancelToken token);
    /// Ends the stream with Error(IdleTimeout) when nothing comes for so long after the header.
    /// Default: 0, none; silence is legal on a push query.
    StreamOptions& idleTimeout(milliseconds limit);
    /// How much is received ahead of the consumer. Default 8 MiB, at most 1 GiB; one larger row is
    /// let through, so that 0 is as good as 1.
    StreamOptions& bufferBytes(std::size_t bytes);
    StreamOptions& tombstones(Tombstones what);

    // For callbacks only.
    /// Where callbacks run; default: the Client's delivery threads.
    StreamOptions& executor(Executor executor);
    /// At most one call of onRows (or turn of onRow calls) per interval. Default: none.
    StreamOptions& minInterval(milliseconds interval);
    /// The most rows in one call of onRows or one turn of onRow calls, after which other queries on
    /// the same thread, or other events of the executor's, have theirs. Tombstones that are skipped
    /// count as well. Default 1 000; 0 is as good as 1.
    StreamOptions& maxRowsPerCall(std::size_t rows);
    StreamOptions& overflow(Overflow overflow);

private:
    friend struct detail::StreamSettings;
    std::unique_ptr<detail::StreamSettings> settings_;
};

}  // namespace ksqldb
