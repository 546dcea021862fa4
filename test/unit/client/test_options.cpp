#include "client/settings.h"

#include <ksqldb/connectors.h>
#include <ksqldb/insert_report.h>
#include <ksqldb/insert_row.h>
#include <ksqldb/inserts.h>
#include <ksqldb/options.h>
#include <ksqldb/script.h>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
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
    EXPECT_EQ(settings.maxLineBytes, 16U << 20);
    EXPECT_EQ(settings.readPause, 1ms);
    EXPECT_FALSE(settings.logSink);
    EXPECT_FALSE(settings.allowCredentialsOverPlainHttp);
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
    EXPECT_EQ(settings.key, "key");
    EXPECT_EQ(settings.secret, "secret");
    EXPECT_TRUE(settings.allowCredentialsOverPlainHttp);
    EXPECT_EQ(settings.caFile, "/ca.pem");
    EXPECT_FALSE(settings.headers.empty());
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
    EXPECT_EQ(settings.maxLineBytes, 5U);
    EXPECT_EQ(settings.readPause, 6us);
    EXPECT_EQ(settings.logLevel, LogLevel::Info);
    ASSERT_TRUE(settings.logSink);
    settings.logSink(LogLevel::Warn, "");
    EXPECT_EQ(logged, LogLevel::Warn);
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
    EXPECT_EQ(ClientSettings::of(first).maxLineBytes, 7U);
    first.maxLineBytes(8);
    EXPECT_EQ(ClientSettings::of(second).maxLineBytes, 7U);
    ClientOptions moved(std::move(first));
    EXPECT_EQ(ClientSettings::of(moved).maxLineBytes, 8U);
    first = second;  // NOLINT: a moved-from one may be assigned to
    EXPECT_EQ(ClientSettings::of(first).maxLineBytes, 7U);
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
    EXPECT_EQ(toString(ResumeFrom::Latest), "Latest");
    EXPECT_EQ(toString(ResumeFrom::SkipSeen), "SkipSeen");
    EXPECT_EQ(toString(ResumeFrom::Beginning), "Beginning");
    EXPECT_EQ(toString(StreamEvent::Kind::Disconnected), "Disconnected");
    EXPECT_EQ(toString(StreamEvent::Kind::Waiting), "Waiting");
    EXPECT_EQ(toString(StreamEvent::Kind::Resumed), "Resumed");
    EXPECT_EQ(toString(StreamEvent::Kind::Gap), "Gap");
    std::ostringstream out;
    out << OffsetReset::Earliest << ' ' << Overflow::Pause << ' ' << Tombstones::Skip;
    EXPECT_EQ(out.str(), "Earliest Pause Skip");
}

}  // namespace
}  // namespace ksqldb::test
