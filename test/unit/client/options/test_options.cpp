#include "client/options/settings.h"
#include "client/options/tls_settings.h"

#include <ksqldb/connectors.h>
#include <ksqldb/insert_report.h>
#include <ksqldb/insert_row.h>
#include <ksqldb/inserts.h>
#include <ksqldb/options.h>
#include <ksqldb/script.h>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using namespace ksqldb::detail;

using Strings = std::vector<std::string>;

std::string bodyOf(const client::CallSettings& call) {
    return protocol::queryStreamBody({"S;", call.properties, call.sessionVariables});
}

TEST(ClientOptions, Defaults) {
    const ClientOptions options;
    const ClientSettings& settings = ClientSettings::of(options);
    EXPECT_EQ(settings.urls, Strings{"http://localhost:8088"});
    EXPECT_EQ(settings.serverOrder, ServerOrder::InOrder);
    EXPECT_EQ(settings.circuitBreaker.failures(), 3U);
    EXPECT_EQ(settings.circuitBreaker.firstDelay(), 500ms);
    EXPECT_EQ(settings.circuitBreaker.longestDelay(), 30s);
    EXPECT_FALSE(settings.discoverServers);
    EXPECT_EQ(settings.time.connect, 10s);
    EXPECT_EQ(settings.time.header, 30s);
    EXPECT_EQ(settings.time.request, 15s);
    EXPECT_EQ(settings.time.idle, 0ms);
    EXPECT_EQ(settings.time.total, 0ms);
    EXPECT_EQ(settings.keepAlive.idle, 30s);
    EXPECT_EQ(settings.keepAlive.interval, 30s);
    EXPECT_EQ(settings.keepAlive.probes, 0U);
    EXPECT_EQ(settings.deliveryThreads, 1U);
    EXPECT_EQ(settings.sizes.lineBytes, 16U << 20);
    EXPECT_EQ(settings.readPause, 1ms);
    EXPECT_FALSE(settings.logSink);
    EXPECT_FALSE(settings.allowCredentialsOverPlainHttp);
}

TEST(ClientOptions, Routes) {
    using Addresses = transport::RouteSettings::Addresses;
    ClientOptions options;
    const transport::RouteSettings& route = ClientSettings::of(options).route;
    EXPECT_EQ(route.proxy, std::nullopt);
    EXPECT_EQ(route.noProxy, std::nullopt);
    EXPECT_EQ(&options.proxy("http://proxy:3128", "tom", "secret"), &options);
    EXPECT_EQ(route.proxy, "http://proxy:3128");
    EXPECT_EQ(route.proxyUser, "tom");
    EXPECT_EQ(route.proxySecret, "secret");
    options.proxy("direct");
    EXPECT_EQ(route.proxy, "");
    EXPECT_EQ(route.proxyUser + route.proxySecret, "");
    options.noProxy({"a", "10.0.0.0/8"});
    EXPECT_EQ(route.noProxy, "a,10.0.0.0/8");
    options.noProxy({});
    EXPECT_EQ(route.noProxy, "");
    options.resolve("a:1:127.0.0.1").resolve("b:2:[::1]");
    EXPECT_EQ(route.resolve, (Strings{"a:1:127.0.0.1", "b:2:[::1]"}));
    for (const auto& [family, addresses] : {std::pair(AddressFamily::Ipv4, Addresses::Ipv4),
                                            std::pair(AddressFamily::Ipv6, Addresses::Ipv6),
                                            std::pair(AddressFamily::Any, Addresses::Any)}) {
        options.addressFamily(family);
        EXPECT_EQ(route.addresses, addresses);
    }
    options.localInterface("eth1").httpVersion(HttpVersion::Http2);
    EXPECT_EQ(route.localInterface, "eth1");
    EXPECT_EQ(ClientSettings::of(options).httpVersion, HttpVersion::Http2);
}

TEST(ClientOptions, TheLastAuthoritiesHold) {
    ClientOptions options;
    options.tls(TlsOptions().caPem("text").minVersion(TlsVersion::Tls13)).caFile("file");
    const TlsSettings& tls = TlsSettings::of(ClientSettings::of(options).tls);
    EXPECT_EQ(tls.caFile, "file");
    EXPECT_EQ(tls.caPem, "");
    EXPECT_TRUE(tls.isTls13Least);
}

TEST(PropertyValue, TakesIntegersThatItCanHold) {
    const auto numberIn = [](const PropertyValue& value) {
        return std::get<std::int64_t>(value.get());
    };
    EXPECT_EQ(numberIn(std::uint64_t{9223372036854775807U}), 9223372036854775807);
    EXPECT_EQ(numberIn(4294967295U), 4294967295);
    EXPECT_EQ(numberIn(-1), -1);
    EXPECT_EQ(numberIn(std::uint8_t{200}), 200);
    try {
        const PropertyValue value(std::uint64_t{9223372036854775808U});
        ADD_FAILURE() << "became " << numberIn(value);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    }
}

TEST(ClientOptions, KeepWhatTheyAreGiven) {
    LogLevel logged{};
    ClientOptions options("https://h:1");
    options.apiKey("key", "secret")
        .allowCredentialsOverPlainHttp()
        .caFile("/ca.pem")
        .requestHeader("X-A", "1")
        .requestHeader("X-A", "2")
        .connectTimeout(1ms)
        .headerTimeout(2ms)
        .requestTimeout(3ms)
        .idleTimeout(4ms)
        .timeout(5ms)
        .tcpKeepAlive(7s, 8s, 9)
        .property("p", 1)
        .property("q", "2")
        .property("p", true)
        .sessionVariable("v", "3")
        .deliveryThreads(4)
        .maxLineBytes(5)
        .readPause(6us)
        .log(LogLevel::Info, [&](LogLevel level, std::string_view) { logged = level; });
    const ClientSettings& settings = ClientSettings::of(options);
    EXPECT_EQ(settings.urls, Strings{"https://h:1"});
    const auto& credentials = std::get<Credentials>(settings.credentials);
    EXPECT_EQ(CredentialsAccess::user(credentials), "key");
    EXPECT_EQ(CredentialsAccess::secret(credentials), "secret");
    EXPECT_TRUE(settings.allowCredentialsOverPlainHttp);
    EXPECT_EQ(TlsSettings::of(settings.tls).caFile, "/ca.pem");
    EXPECT_EQ(settings.headers.size(), 1U);
    EXPECT_EQ(settings.headers.back(), (std::pair<std::string, std::string>("X-A", "2")));
    EXPECT_EQ(settings.time.connect, 1ms);
    EXPECT_EQ(settings.time.header, 2ms);
    EXPECT_EQ(settings.time.request, 3ms);
    EXPECT_EQ(settings.time.idle, 4ms);
    EXPECT_EQ(settings.time.total, 5ms);
    EXPECT_EQ(settings.keepAlive.idle, 7s);
    EXPECT_EQ(settings.keepAlive.interval, 8s);
    EXPECT_EQ(settings.keepAlive.probes, 9U);
    EXPECT_EQ(protocol::queryStreamBody({"S;", settings.properties, settings.sessionVariables}),
              R"({"sql":"S;","properties":{"p":true,"q":"2"},"sessionVariables":{"v":"3"}})");
    EXPECT_EQ(settings.deliveryThreads, 4U);
    EXPECT_EQ(settings.sizes.lineBytes, 5U);
    EXPECT_EQ(settings.readPause, 6us);
    EXPECT_EQ(settings.logLevel, LogLevel::Info);
    ASSERT_TRUE(settings.logSink);
    settings.logSink(LogLevel::Warn, "");
    EXPECT_EQ(logged, LogLevel::Warn);
}

TEST(Credentials, ExpireWhenTheyAreToldTo) {
    const auto left = [](const Credentials& credentials) {
        return *CredentialsAccess::expires(credentials) - std::chrono::steady_clock::now();
    };
    EXPECT_FALSE(CredentialsAccess::expires(Credentials::bearer("t")));
    const auto now = std::chrono::system_clock::now();
    EXPECT_LE(left(Credentials::bearer("t").expiresAt(now + 1h)), 1h);
    EXPECT_GT(left(Credentials::bearer("t").expiresAt(now + 1h)), 59min);
    EXPECT_LE(left(Credentials::bearer("t").expiresAt(now - 1h)), 0ms);
    EXPECT_LE(left(Credentials::bearer("t").expiresIn(1h)), 1h);
}

TEST(ClientOptions, TakeServersInsteadOfOne) {
    ClientOptions options("http://a");
    options.servers({"http://b", "http://c"}, ServerOrder::RoundRobin)
        .circuitBreaker(CircuitBreaker().failures(1).delay(2ms, 3ms))
        .discoverServers();
    const ClientSettings& settings = ClientSettings::of(options);
    EXPECT_EQ(settings.urls, (Strings{"http://b", "http://c"}));
    EXPECT_EQ(settings.serverOrder, ServerOrder::RoundRobin);
    EXPECT_EQ(settings.circuitBreaker.failures(), 1U);
    EXPECT_EQ(settings.circuitBreaker.firstDelay(), 2ms);
    EXPECT_EQ(settings.circuitBreaker.longestDelay(), 3ms);
    EXPECT_TRUE(settings.discoverServers);
}

TEST(ClientOptions, CopiesAreIndependent) {
    ClientOptions first("http://a");
    ClientOptions second(first);
    second.property("p", 1).maxLineBytes(7);
    EXPECT_TRUE(ClientSettings::of(first).properties.empty());
    EXPECT_EQ(ClientSettings::of(second).urls, Strings{"http://a"});
    first = second;
    EXPECT_EQ(ClientSettings::of(first).sizes.lineBytes, 7U);
    first.maxLineBytes(8);
    EXPECT_EQ(ClientSettings::of(second).sizes.lineBytes, 7U);
    ClientOptions moved(std::move(first));
    EXPECT_EQ(ClientSettings::of(moved).sizes.lineBytes, 8U);
    first = second;  // NOLINT: a moved-from one may be assigned to
    EXPECT_EQ(ClientSettings::of(first).sizes.lineBytes, 7U);
}

TEST(QueryOptions, DefaultsAndSetters) {
    QueryOptions options;
    EXPECT_FALSE(QuerySettings::of(options).call.time.total);
    EXPECT_EQ(QuerySettings::of(options).maxRows, 10'000U);
    EXPECT_EQ(QuerySettings::of(options).maxBytes, 64U << 20);
    EXPECT_EQ(bodyOf(QuerySettings::of(options).call), R"({"sql":"S;"})");
    CancelSource source;
    options.property("p", 1.5)
        .sessionVariable("v", "w")
        .offsetReset(OffsetReset::Earliest)
        .timeout(5s)
        .maxRows(6)
        .maxBytes(7)
        .cancelToken(source.token());
    const QueryOptions copy(options);
    options.maxRows(9);
    const QuerySettings& settings = QuerySettings::of(copy);
    EXPECT_EQ(settings.call.time.total, 5s);
    EXPECT_EQ(settings.maxRows, 6U);
    EXPECT_EQ(settings.maxBytes, 7U);
    EXPECT_EQ(bodyOf(settings.call),
              R"({"sql":"S;","properties":{"p":1.5,"auto.offset.reset":"earliest"},)"
              R"("sessionVariables":{"v":"w"}})");
    EXPECT_FALSE(settings.call.cancelToken.isCancelled());
    source.cancel();
    EXPECT_TRUE(settings.call.cancelToken.isCancelled());
}

TEST(StreamOptions, DefaultsAndSetters) {
    StreamOptions options;
    EXPECT_FALSE(StreamSettings::of(options).call.time.idle);
    EXPECT_EQ(StreamSettings::of(options).bufferBytes, 8U << 20);
    EXPECT_EQ(StreamSettings::of(options).tombstones, Tombstones::Skip);
    EXPECT_EQ(StreamSettings::of(options).maxRowsPerCall, 1000U);
    EXPECT_EQ(StreamSettings::of(options).minInterval, 0ms);
    EXPECT_EQ(StreamSettings::of(options).overflow, Overflow::Pause);
    EXPECT_FALSE(StreamSettings::of(options).executor);
    EXPECT_EQ(bodyOf(StreamSettings::of(options).call), R"({"sql":"S;"})");
    options.property("p", false)
        .offsetReset(OffsetReset::Earliest)
        .offsetReset(OffsetReset::Latest)
        .idleTimeout(1s)
        .bufferBytes(2)
        .tombstones(Tombstones::Deliver)
        .executor([](const std::function<void()>&) {})
        .minInterval(3ms)
        .maxRowsPerCall(4)
        .overflow(Overflow::KeepLatest);
    const StreamOptions moved(std::move(options));
    const StreamSettings& settings = StreamSettings::of(moved);
    EXPECT_EQ(settings.call.time.idle, 1s);
    EXPECT_EQ(settings.bufferBytes, 2U);
    EXPECT_EQ(settings.tombstones, Tombstones::Deliver);
    EXPECT_TRUE(settings.executor);
    EXPECT_EQ(settings.minInterval, 3ms);
    EXPECT_EQ(settings.maxRowsPerCall, 4U);
    EXPECT_EQ(settings.overflow, Overflow::KeepLatest);
    EXPECT_EQ(bodyOf(settings.call),
              R"({"sql":"S;","properties":{"p":false,"auto.offset.reset":"latest"}})");
}

TEST(Options, BothNamesForTheStartAreOneProperty) {
    const char* const longName = "ksql.streams.auto.offset.reset";
    const auto names = [](const auto& properties) {
        Strings all;
        for (const auto& [name, value] : properties) all.push_back(name);
        return all;
    };
    const Strings one{"auto.offset.reset"};
    const auto client = ClientOptions().property(longName, "earliest");
    EXPECT_EQ(names(ClientSettings::of(client).properties), one);
    const auto command = CommandOptions().property(longName, "earliest");
    EXPECT_EQ(names(CommandSettings::of(command).call.properties), one);
    const auto query = QueryOptions().property("auto.offset.reset", "latest").property(longName, 1);
    EXPECT_EQ(names(QuerySettings::of(query).call.properties), one);
    const auto stream =
        StreamOptions().property(longName, "latest").offsetReset(OffsetReset::Earliest);
    EXPECT_EQ(bodyOf(StreamSettings::of(stream).call),
              R"({"sql":"S;","properties":{"auto.offset.reset":"earliest"}})");
}

TEST(OptionNames, AreTheEnumerators) {
    EXPECT_EQ(toString(OffsetReset::Latest), "Latest");
    EXPECT_EQ(toString(OffsetReset::Earliest), "Earliest");
    EXPECT_EQ(toString(Overflow::Pause), "Pause");
    EXPECT_EQ(toString(Overflow::KeepLatest), "KeepLatest");
    EXPECT_EQ(toString(Tombstones::Skip), "Skip");
    EXPECT_EQ(toString(Tombstones::Deliver), "Deliver");
    EXPECT_EQ(toString(InsertValues::Never), "Never");
    EXPECT_EQ(toString(InsertValues::WithoutHttp2), "WithoutHttp2");
    EXPECT_EQ(toString(InsertValues::Always), "Always");
    EXPECT_EQ(toString(RowFate::Acknowledged), "Acknowledged");
    EXPECT_EQ(toString(RowFate::Refused), "Refused");
    EXPECT_EQ(toString(RowFate::Unknown), "Unknown");
    EXPECT_EQ(toString(RowFate::NotSent), "NotSent");
    EXPECT_EQ(toString(InsertRow::Names::Sql), "Sql");
    EXPECT_EQ(toString(InsertRow::Names::Exact), "Exact");
    EXPECT_EQ(toString(ConnectorType::Source), "Source");
    EXPECT_EQ(toString(ConnectorType::Sink), "Sink");
    EXPECT_EQ(toString(OnScriptError::Stop), "Stop");
    EXPECT_EQ(toString(OnScriptError::GoOn), "GoOn");
    EXPECT_EQ(toString(StatementKind::PushQuery), "PushQuery");
    EXPECT_EQ(toString(StatementKind::Other), "Other");
    EXPECT_EQ(toString(ResumeFrom::Latest), "Latest");
    EXPECT_EQ(toString(ResumeFrom::SkipSeen), "SkipSeen");
    EXPECT_EQ(toString(ResumeFrom::Beginning), "Beginning");
    EXPECT_EQ(toString(StreamEvent::Kind::Disconnected), "Disconnected");
    EXPECT_EQ(toString(StreamEvent::Kind::Waiting), "Waiting");
    EXPECT_EQ(toString(StreamEvent::Kind::Resumed), "Resumed");
    EXPECT_EQ(toString(StreamEvent::Kind::Gap), "Gap");
    EXPECT_EQ(toString(TlsVersion::Tls12), "Tls12");
    EXPECT_EQ(toString(TlsVersion::Tls13), "Tls13");
    EXPECT_EQ(toString(AddressFamily::Any), "Any");
    EXPECT_EQ(toString(AddressFamily::Ipv4), "Ipv4");
    EXPECT_EQ(toString(AddressFamily::Ipv6), "Ipv6");
    EXPECT_EQ(toString(HttpVersion::Http11), "Http11");
    EXPECT_EQ(toString(HttpVersion::Http2), "Http2");
    EXPECT_EQ(toString(InvalidUtf8::Refuse), "Refuse");
    EXPECT_EQ(toString(InvalidUtf8::Replace), "Replace");
    std::ostringstream out;
    out << OffsetReset::Earliest << ' ' << Overflow::Pause << ' ' << Tombstones::Skip << ' '
        << TlsVersion::Tls13 << ' ' << AddressFamily::Ipv6 << ' ' << HttpVersion::Http2 << ' '
        << InvalidUtf8::Replace << ' ' << Credentials::basic("alice", "hunter2") << ' '
        << Credentials::bearer("hunter2");
    EXPECT_EQ(out.str(), "Earliest Pause Skip Tls13 Ipv6 Http2 Replace basic for alice bearer");
}

}  // namespace
}  // namespace ksqldb::test
