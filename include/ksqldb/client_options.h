#pragma once
#include <ksqldb/credentials.h>
#include <ksqldb/export.h>
#include <ksqldb/log.h>
#include <ksqldb/property_value.h>
#include <ksqldb/retry.h>
#include <ksqldb/servers.h>
#include <ksqldb/tls.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {

/// @addtogroup client
/// @{

using std::chrono::milliseconds;

class Observer;

namespace detail {
struct ClientSettings;
}  // namespace detail

/// Which addresses of a host are used.
enum class AddressFamily : std::uint8_t { Any, Ipv4, Ipv6 };

/// A version of HTTP.
enum class HttpVersion : std::uint8_t { Http11, Http2 };

/// What becomes of text in an answer that is not UTF-8, which ksqlDB itself never sends. In the
/// texts of Errors it is always replaced.
enum class InvalidUtf8 : std::uint8_t {
    Refuse,   ///< the call ends with Error(MalformedResponse), which names row and column
    Replace,  ///< each piece that is none becomes U+FFFD
};

/// The name as it is written here: "Ipv4". *thread-safe*
KSQLDB_API std::string_view toString(AddressFamily family) noexcept;
KSQLDB_API std::string_view toString(HttpVersion version) noexcept;
KSQLDB_API std::string_view toString(InvalidUtf8 what) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, AddressFamily family);
KSQLDB_API std::ostream& operator<<(std::ostream& out, HttpVersion version);
KSQLDB_API std::ostream& operator<<(std::ostream& out, InvalidUtf8 what);

/// How a Client connects, and what it sends with every call. The setters return *this.
///
/// When a limit of time ends a call, limitName() of the Error is the option's name, and what() says
/// how long the limit was. The time in which the library was busy with other calls counts, too.
/// milliseconds::max() is as good as none. A limit of the call itself wins.
///
/// A limit of size cannot be turned off: 0 is refused.
///
/// Errors: the Client's constructor throws Error(InvalidArgument) for what cannot be right.
/// *reentrant*
class KSQLDB_API ClientOptions {
public:
    /// The server at http://localhost:8088.
    ClientOptions();
    /// The server at this URL:
    /// - `http[s]://host[:port][/path]`. Without a port it is 8088 for http and 443 for https. With
    ///   a path, as behind an ingress, all requests go below it.
    /// - `unix:///path/of/a/socket`: HTTP over a Unix domain socket.
    explicit ClientOptions(std::string_view url);
    /// The same. Throws Error(InvalidArgument) for a null pointer, as getenv() may give it.
    explicit ClientOptions(const char* url);
    ClientOptions(std::nullptr_t) = delete;
    ClientOptions(const ClientOptions& other);
    ClientOptions(ClientOptions&& other) noexcept;
    ClientOptions& operator=(ClientOptions other) noexcept;
    ~ClientOptions();

    /// Sets the servers of one cluster, instead of one server: see servers.h. All that is set here
    /// holds for each of them. Refused: an empty list, the same server twice, more than 64.
    ClientOptions& servers(std::vector<std::string> urls, ServerOrder order = ServerOrder::InOrder);
    /// Sets when a server is left out, where there are several.
    ClientOptions& circuitBreaker(CircuitBreaker breaker);
    /// Asks a server which others there are (GET /clusterStatus), and uses those that are alive, by
    /// the names that the cluster has for them. Servers answer that only with the property
    /// ksql.heartbeat.enable. Refused with a Unix domain socket. The first call asks; a later one
    /// asks again if a minute has passed, or a server was left out. Those names are of hosts and
    /// ports: the path of a URL, as behind an ingress, is not used for them. Default: off.
    ClientOptions& discoverServers(bool on = true);

    /// Sends key and secret with every request (Basic authentication), as hosted clusters want it:
    /// the same as credentials(Credentials::basic(key, secret)). Both empty: no credentials.
    ClientOptions& apiKey(std::string key, std::string secret);
    /// Sends credentials with every request. What was set last holds, by whichever of these
    /// functions. Refused:
    /// - over http, unless allowCredentialsOverPlainHttp() is set,
    /// - a colon in the user, and control characters: they cannot be sent,
    /// - a secret without a user, an empty token.
    ClientOptions& credentials(Credentials credentials);
    /// Sends what the provider gives. An answer 401 has it asked once more, for all calls at once,
    /// and each call is repeated once.
    ClientOptions& credentials(CredentialProvider provider);
    /// Sends the tokens of an identity provider.
    ClientOptions& credentials(OAuthClientCredentials source);
    /// Lets credentials be sent over http, where everybody on the way can read them.
    ClientOptions& allowCredentialsOverPlainHttp(bool allow = true);

    /// Sets whom the Client trusts, and what it shows of itself. Takes the place of an earlier
    /// tls() or caFile().
    ClientOptions& tls(TlsOptions options);
    /// The same as TlsOptions::caFile().
    ClientOptions& caFile(std::string path);

    /// Sends requests by way of a proxy:
    /// - `http://host:port` or `https://…`: forwards plain requests, and opens a way for TLS
    ///   (CONNECT) and for inserts,
    /// - `socks5h://host:port`, `socks5://…`, `socks4a://…`, `socks4://…`,
    /// - `direct`: there is none, whatever the environment says.
    ///
    /// Default: what the environment says (http_proxy, https_proxy, all_proxy and no_proxy, read
    /// with each request), save for servers on this machine: localhost, 127.0.0.0/8, ::1. A proxy
    /// that is set here is used for those as well. If a proxy refuses, calls end with
    /// Error(ProxyRefused), which has its HTTP status.
    /// - `user`, `secret`: for a proxy that asks who comes (Basic); they are not for the URL.
    ClientOptions& proxy(std::string url, std::string user = {}, std::string secret = {});
    /// Goes to these hosts without a proxy: names with all below them, addresses, networks such as
    /// 10.0.0.0/8; `*` alone: all. Refused: a port, other uses of `*`. It takes the place of the
    /// environment's no_proxy.
    ClientOptions& noProxy(std::vector<std::string> hosts);
    /// Takes this address for a host instead of looking its name up: `host:port:address`. An
    /// address of IPv6 may be in brackets. Several have commas between. Each call adds one.
    ClientOptions& resolve(std::string entry);
    /// Uses addresses of this kind only. Default: Any.
    ClientOptions& addressFamily(AddressFamily family);
    /// Sends from this interface, or from this address of the machine's: "eth1", "10.1.2.3".
    ClientOptions& localInterface(std::string name);
    /// Sets the version of HTTP for all requests but inserts, which are always sent over HTTP/2.
    /// Default: Http11. With Http2 each request has a connection of its own; over http the server
    /// is not asked first whether it speaks it (prior knowledge). Beside
    /// StreamOptions::bufferBytes() libcurl then receives up to 32 MiB ahead of a slow consumer.
    ClientOptions& httpVersion(HttpVersion version);

    /// Sends one more HTTP header with every request. It replaces an earlier one of the same name,
    /// and one of the client's own. Refused:
    /// - a name that is none in HTTP, a value with control characters,
    /// - Connection, Content-Length and Transfer-Encoding, which the library sends itself,
    /// - Authorization over http, unless allowCredentialsOverPlainHttp() is set.
    ClientOptions& requestHeader(std::string name, std::string value);

    /// Limits the time for a connection: name resolution, TCP and TLS together;
    /// Error(ConnectTimeout). Default: 10 s. 0 is refused.
    ClientOptions& connectTimeout(milliseconds limit);
    /// Limits an attempt's time, from its beginning to the query's header, or to the answer to an
    /// insert's target; Error(HeaderTimeout). Default: 30 s; 0: no limit.
    ClientOptions& headerTimeout(milliseconds limit);
    /// Limits the time of each request that is no query, for example serverInfo();
    /// Error(TotalTimeout). Default: 15 s; 0: no limit.
    ClientOptions& requestTimeout(milliseconds limit);
    /// Limits the time in which nothing comes of a query after its header; Error(IdleTimeout).
    /// Default: 0, no limit, because a push query may rightly be silent.
    ClientOptions& idleTimeout(milliseconds limit);
    /// Limits the time of a whole call with all its attempts: of each executeQuery(), execute() and
    /// insertInto(), not of streams; Error(TotalTimeout). Default: 0, no limit.
    ClientOptions& timeout(milliseconds limit);
    /// Has TCP ask whether the other side is still there: when nothing has come for `idle`, then
    /// each `interval`. A connection ends with Error(ConnectionLost) when `probes` in a row had no
    /// answer. It also keeps silent connections open in firewalls and the like. Default: 30 s, 30 s
    /// and the system's number, on Linux 9.
    /// - `idle`: 0: no keep-alive. At most 32 767 s.
    /// - `interval`: 0 is refused. At most 32 767 s.
    /// - `probes`: 0: the system's number. At most 127. Without effect where the system cannot be
    ///   told.
    ClientOptions& tcpKeepAlive(std::chrono::seconds idle, std::chrono::seconds interval,
                                unsigned probes = 0);

    /// Sets a property of ksqlDB's for every query and every statement, INSERT VALUES included. It
    /// is not sent to /inserts-stream. A property of the call itself wins.
    ClientOptions& property(std::string name, PropertyValue value);
    /// Sets the text that the server puts in the place of `${name}` in statements. A variable of
    /// the call itself wins.
    ClientOptions& sessionVariable(std::string name, std::string value);

    /// Repeats calls that fail, each by this policy. A policy of the call itself wins. Default: no
    /// repetition.
    ClientOptions& retry(RetryPolicy policy);

    /// Sets the number of threads for callbacks. Default: 1; 0 is refused. Callbacks of one query
    /// never run two at a time.
    ClientOptions& deliveryThreads(unsigned count);
    /// Limits the bytes of a line; Error(LineTooLong). A line is a row, a query's header, a token,
    /// a final message, a line of PRINT or an acknowledgement. Default: 16 MiB; at most 128 MiB.
    ClientOptions& maxLineBytes(std::size_t bytes);
    /// Limits the bytes of an answer's head, and of the trailers behind it; Error(HeadTooLarge).
    /// Default: 256 KiB; at most 256 KiB, which is what libcurl takes.
    ClientOptions& maxHeadBytes(std::size_t bytes);
    /// Limits the lines of the same; Error(HeadTooLarge). Default: 1 000; at most 262 144.
    ClientOptions& maxHeadLines(std::size_t lines);
    /// Limits the columns of a query's header; Error(TooManyColumns). Default: 10 000.
    ClientOptions& maxColumns(std::size_t columns);
    /// Limits how deep values, and the types of columns, are nested; Error(NestingTooDeep). An
    /// answer to a command may have 8 levels of JSON, and 3 more for each of these. Default: 64; at
    /// most 256.
    ClientOptions& maxNesting(std::size_t levels);
    /// Limits how much is read of the body of an answer that is an error; the rest is left out of
    /// the Error. Three times the statement's length is read in addition, because ksqlDB repeats
    /// the statement. Default: 64 KiB; at most 1 GiB.
    ClientOptions& maxErrorBodyBytes(std::size_t bytes);
    /// Limits the bytes of an answer to a command, and to the Client's own requests (for health,
    /// for servers); Error(TooManyBytes). Default: 16 MiB; at most 1 GiB.
    ClientOptions& maxAnswerBytes(std::size_t bytes);
    /// Limits the elements of an answer to a command, which ksqlDB calls entities; what these list
    /// themselves is not counted. Error(TooManyEntities). Default: 10 000.
    ClientOptions& maxEntities(std::size_t entities);
    /// Sets what becomes of text that is not UTF-8. Default: Refuse.
    ClientOptions& invalidUtf8(InvalidUtf8 what);
    /// Makes each statement wait until its server has executed those that this Client has executed
    /// before. So it sees what they did, on every server of a cluster. Default: off.
    ClientOptions& readOwnWrites(bool on = true);
    /// Sets how long a query under load is left unread, so that many rows are read at once.
    /// Default: 1 ms; at most 100 ms; 0: rows are read as they come.
    /// - A row that comes after a silence is never delayed.
    /// - The Client's other queries are not delayed where the system has epoll (Linux); elsewhere
    ///   they wait as well.
    ClientOptions& readPause(std::chrono::microseconds pause);

    /// Gives lines of at least this level to the sink. Default: there is no log.
    ClientOptions& log(LogLevel least, LogSink sink);
    /// Writes lines of at least this level to standard error, in place of a sink set by log().
    ClientOptions& logToStderr(LogLevel least);
    /// Tells this Observer of all calls and requests, for metrics and traces: see observer.h. Null:
    /// nobody, the default.
    ClientOptions& observer(std::shared_ptr<Observer> observer);

private:
    friend struct detail::ClientSettings;
    std::unique_ptr<detail::ClientSettings> settings_;
};

/// @}

}  // namespace ksqldb
