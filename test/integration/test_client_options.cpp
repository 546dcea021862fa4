// What each option does to a request, as the server sees it.
#include "support.h"

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

class Options : public testing::Test {
protected:
    Options() { server.on("/query-stream", "", numbers(1)); }

    /// Executes a query, streams one, and gives what the server saw.
    struct Seen {
        server::Request execute;
        server::Request stream;
    };
    Seen ask(const ClientOptions& options, const QueryOptions& query = {},
             const StreamOptions& streaming = {}) {
        Client client(options);
        server.forgetRequests();
        EXPECT_EQ(take(client.executeQuery(statement, query)).size(), 1u);
        ResultStream stream = client.streamQuery(statement, streaming);
        EXPECT_EQ(numbersOf(stream), firstNumbers(1));
        const auto requests = server.requests();
        EXPECT_EQ(requests.size(), 2u);
        return {requests.at(0), requests.at(1)};
    }
    ClientOptions options() const { return clientOptions(server); }

    LocalServer server;
};

TEST_F(Options, RequestsAreWhatKsqlDbWants) {
    const Seen seen = ask(options());
    for (const server::Request& request : {seen.execute, seen.stream}) {
        EXPECT_EQ(request.method, "POST");
        EXPECT_EQ(request.target, "/query-stream");
        EXPECT_EQ(request.version, "HTTP/1.1");
        EXPECT_EQ(request.body, R"({"sql":"SELECT N FROM S EMIT CHANGES;"})");
        EXPECT_EQ(request.header("Content-Type"), "application/json");
        EXPECT_EQ(request.header("User-Agent"), "ksqldb-cpp/" KSQLDB_VERSION);
        for (const char* name : {"Expect", "Accept-Encoding", "Authorization", "Transfer-Encoding"})
            EXPECT_EQ(request.header(name), std::nullopt) << name;
    }
    EXPECT_EQ(seen.execute.header("Accept"),
              "application/vnd.ksqlapi.delimited.v1, application/vnd.ksql.v1+json;q=0.9");
    EXPECT_EQ(seen.stream.header("Accept"),
              "application/vnd.ksql.v1+json, application/vnd.ksqlapi.delimited.v1;q=0.9");
}

TEST_F(Options, ShortRequestsAreToo) {
    Client client(options());
    take(client.serverInfo());
    take(client.healthCheck());
    errorFrom(client.closeQuery("transient_1"));
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 4u);
    EXPECT_EQ(requests[0].method + " " + requests[0].target, "GET /info");
    EXPECT_EQ(requests[1].method + " " + requests[1].target, "GET /healthcheck");
    EXPECT_EQ(requests[2].method + " " + requests[2].target, "POST /ksql");
    EXPECT_EQ(requests[3].method + " " + requests[3].target, "POST /close-query");
    for (const server::Request& request : requests) {
        EXPECT_EQ(request.header("Accept"), "application/vnd.ksql.v1+json");
        EXPECT_EQ(request.header("Expect"), std::nullopt);
        EXPECT_EQ(request.header("Content-Type"),
                  request.method == "POST" ? std::optional<std::string>("application/json")
                                           : std::nullopt);
    }
}

TEST_F(Options, StatementsGoByteForByte) {
    Client client(options());
    for (const std::string& sql :
         {std::string("  SELECT '\"\\\t\n\r' ,  \xC3\xBC FROM \"T\" -- what;\n;"), std::string(),
          "SELECT '" + std::string(3 << 20, 'x') + "';"}) {
        server.forgetRequests();
        take(client.executeQuery(sql));
        EXPECT_EQ(server.requests().at(0).sql(), sql);
        EXPECT_EQ(server.requests().at(0).header("Expect"), std::nullopt);
    }
}

TEST_F(Options, HeadersAreAddedOrReplaceOurs) {
    const Seen seen = ask(options()
                              .requestHeader("h1", "v1")
                              .requestHeader("X-Tenant", "a, b: c")
                              .requestHeader("user-agent", "mine/1")
                              .requestHeader("h1", "v2"));
    for (const server::Request& request : {seen.execute, seen.stream}) {
        EXPECT_EQ(request.header("X-Tenant"), "a, b: c");
        EXPECT_EQ(request.header("User-Agent"), "mine/1");
        EXPECT_EQ(request.header("h1"), "v2");
        EXPECT_EQ(std::count_if(request.headers.begin(), request.headers.end(),
                                [](const auto& header) {
                                    return server::equalIgnoringCase(header.first, "User-Agent") ||
                                           header.first == "h1";
                                }),
                  2);
    }
}

TEST_F(Options, PropertiesOfTheCallWin) {
    const ClientOptions all = options()
                                  .property("a", "client")
                                  .property("b", "client")
                                  .property("b", "again")
                                  .property("ksql.flag", true);
    const Seen seen = ask(all, QueryOptions().property("a", "call").property("n", 23),
                          StreamOptions().property("b", 1.5).property("text", "it's \"so\""));
    EXPECT_EQ(seen.execute.bodyMember("properties"),
              R"({"a":"call","b":"again","ksql.flag":true,"n":23})");
    EXPECT_EQ(seen.stream.bodyMember("properties"),
              R"({"a":"client","b":1.5,"ksql.flag":true,"text":"it's \"so\""})");
}

TEST_F(Options, PropertiesKeepTheirTypes) {
    const Seen seen = ask(options(), QueryOptions()
                                         .property("yes", true)
                                         .property("int", -5)
                                         .property("big", std::int64_t{9'007'199'254'740'993})
                                         .property("real", 0.5f)
                                         .property("text", std::string("5"))
                                         .property("view", std::string_view("true")));
    EXPECT_EQ(seen.execute.bodyMember("properties"),
              R"({"yes":true,"int":-5,"big":9007199254740993,"real":0.5,"text":"5",)"
              R"("view":"true"})");
}

TEST_F(Options, SessionVariablesOfTheCallWin) {
    const Seen seen =
        ask(options().sessionVariable("a", "client").sessionVariable("b", "client"),
            QueryOptions().sessionVariable("A", "call"),
            StreamOptions().sessionVariable("c", "call").sessionVariable("C", "again"));
    // Once, however they are written.
    EXPECT_EQ(seen.execute.bodyMember("sessionVariables"), R"({"A":"call","b":"client"})");
    EXPECT_EQ(seen.stream.bodyMember("sessionVariables"),
              R"({"a":"client","b":"client","c":"again"})");
}

TEST_F(Options, OffsetResetIsAProperty) {
    const Seen seen = ask(options().property("auto.offset.reset", "latest"),
                          QueryOptions().offsetReset(OffsetReset::Earliest),
                          StreamOptions().offsetReset(OffsetReset::Latest));
    EXPECT_EQ(seen.execute.property("auto.offset.reset"), "\"earliest\"");
    EXPECT_EQ(seen.stream.property("auto.offset.reset"), "\"latest\"");
    EXPECT_EQ(ask(options()).stream.property("auto.offset.reset"), std::nullopt);
}

TEST_F(Options, CopiesAreIndependent) {
    const ClientOptions one = options().requestHeader("h", "one");
    ClientOptions two = one;
    two.requestHeader("h", "two");
    EXPECT_EQ(ask(one).stream.header("h"), "one");
    EXPECT_EQ(ask(two).stream.header("h"), "two");
    QueryOptions query = QueryOptions().property("p", 1);
    const QueryOptions before = query;
    query.property("p", 2);
    EXPECT_EQ(ask(one, before).execute.property("p"), "1");
    EXPECT_EQ(ask(one, query).execute.property("p"), "2");
    StreamOptions streaming = StreamOptions().property("p", 1);
    const StreamOptions streamingBefore = streaming;
    streaming = StreamOptions();
    EXPECT_EQ(ask(one, {}, streamingBefore).stream.property("p"), "1");
    EXPECT_EQ(ask(one, {}, streaming).stream.property("p"), std::nullopt);
}

TEST_F(Options, HostAndPortWillDo) {
    Client client("127.0.0.1", server.port());
    EXPECT_EQ(take(client.serverInfo()).version, "7.6.1");
    Client byUrl(server.url().c_str());
    EXPECT_EQ(take(byUrl.serverInfo()).version, "7.6.1");
    Client byName("localhost", server.port());
    EXPECT_EQ(take(byName.serverInfo()).version, "7.6.1");
}

/// The endpoint that a Client of these options asks, without asking it.
std::string endpointOf(Client client) {
    client.close();
    return errorFrom(client.executeQuery(statement)).endpoint();
}

TEST_F(Options, TheUrlIsCompleted) {
    const std::string path = "/query-stream";
    EXPECT_EQ(endpointOf(Client()), "POST http://localhost:8088" + path);
    EXPECT_EQ(endpointOf(Client(ClientOptions("http://example.org"))),
              "POST http://example.org:8088" + path);
    EXPECT_EQ(endpointOf(Client("http://example.org")), "POST http://example.org:8088" + path);
    EXPECT_EQ(endpointOf(Client(std::string("http://example.org:1"))),
              "POST http://example.org:1" + path);
    EXPECT_EQ(endpointOf(Client(ClientOptions("https://example.org:443/"))),
              "POST https://example.org:443" + path);
    EXPECT_EQ(endpointOf(Client("::1", 8089)), "POST http://[::1]:8089" + path);
}

TEST_F(Options, ConnectionsAreUsedAgain) {
    Client client(options());
    for (int i = 0; i < 5; ++i) {
        take(client.executeQuery(statement));
        ResultStream stream = client.streamQuery(statement);
        numbersOf(stream);
        take(client.serverInfo());
    }
    EXPECT_EQ(server.acceptedConnections(), 1u);
}

TEST_F(Options, DeliveryThreadsWorkAtOnce) {
    Client client(options().deliveryThreads(3));
    std::vector<Subscription> queries;
    std::mutex mutex;
    std::condition_variable changed;
    int inside = 0;
    for (int i = 0; i < 3; ++i) {
        StreamCallbacks callbacks;
        callbacks.onHeader = [&](StreamControl&, const Header&) {
            std::unique_lock lock(mutex);
            ++inside;
            changed.notify_all();
            EXPECT_TRUE(changed.wait_for(lock, patience, [&] { return inside == 3; }));
        };
        queries.push_back(client.streamQuery(statement, std::move(callbacks)));
    }
    for (Subscription& query : queries) EXPECT_TRUE(query.waitFor(patience));
}

TEST_F(Options, ReadingAtOnceBringsTheSameRows) {
    server.on("/query-stream", "", numbers(5000));
    for (const auto pause : {0us, 1000us, 5000us}) {
        Client client(options().readPause(pause));
        ResultStream stream = client.streamQuery(statement);
        EXPECT_EQ(numbersOf(stream), firstNumbers(5000));
    }
}

TEST_F(Options, StatementsAreLoggedAtDebugAndBelowOnly) {
    for (const auto& [least, logged] :
         {std::pair{LogLevel::Trace, true}, std::pair{LogLevel::Debug, true},
          std::pair{LogLevel::Info, false}, std::pair{LogLevel::Error, false}}) {
        std::mutex mutex;
        std::string all;
        {
            Client client(options().log(least, [&](LogLevel level, std::string_view line) {
                std::lock_guard lock(mutex);
                EXPECT_EQ(line.find('\n'), std::string_view::npos);
                if (level > LogLevel::Debug) {
                    EXPECT_EQ(line.find(statement), std::string_view::npos) << line;
                }
                all += line;
                throw 1;  // swallowed
            }));
            take(client.executeQuery(statement));
        }
        EXPECT_EQ(all.find(statement) != std::string::npos, logged);
    }
}

// What is refused.

TEST_F(Options, OfACallThatCannotBeRightAreAnInvalidArgument) {
    Client client(options());
    const auto expectRefused = [](const std::function<void()>& call, const char* text) {
        const Error error = errorFrom(call);
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    };
    const QueryOptions late = QueryOptions().timeout(-1ms);
    expectRefused([&] { static_cast<void>(client.executeQuery(statement, late)); }, "timeout");
    expectRefused([&] { client.executeQuery(statement, late, [](Outcome<QueryResult>) {}); },
                  "timeout");
    constexpr std::size_t mostBytes = std::size_t{1} << 30;
    for (const auto& [stream, text] :
         {std::pair{StreamOptions().idleTimeout(-1ms), "idleTimeout"},
          std::pair{StreamOptions().minInterval(-1ms), "minInterval"},
          std::pair{StreamOptions().bufferBytes(mostBytes + 1), "bufferBytes"}}) {
        expectRefused(
            [&, &refused = stream] { static_cast<void>(client.streamQuery(statement, refused)); },
            text);
        expectRefused(
            [&, &refused = stream] {
                static_cast<void>(client.streamQuery(statement, StreamCallbacks(), refused));
            },
            text);
    }
    const char* missing = nullptr;
    expectRefused([&] { Client none(missing); }, "null pointer");
    expectRefused([&] { Client none{ClientOptions(missing)}; }, "null pointer");
    EXPECT_TRUE(server.requests().empty());
    ResultStream largest = client.streamQuery(statement, StreamOptions().bufferBytes(mostBytes));
    numbersOf(largest);
}

// JSON is UTF-8; what is not would be the server's 400 about something else.
TEST_F(Options, TextsOfACallThatAreNotUtf8AreAnInvalidArgument) {
    Client client(options());
    const std::string sql = "SELECT '\xe9';";
    const QueryOptions property = QueryOptions().property("p", "\xe9");
    const StreamOptions variable = StreamOptions().sessionVariable("v\xe9", "1");
    const std::pair<std::function<void()>, const char*> calls[] = {
        {[&] { static_cast<void>(client.executeQuery(sql)); }, "the statement is not UTF-8"},
        {[&] { client.executeQuery(sql, {}, [](const Outcome<QueryResult>&) {}); }, "statement"},
        {[&] { static_cast<void>(client.streamQuery(sql)); }, "statement"},
        {[&] { static_cast<void>(client.streamQuery(sql, StreamCallbacks())); }, "statement"},
        {[&] { static_cast<void>(client.executeQuery(statement, property)); }, "property p"},
        {[&] { static_cast<void>(client.streamQuery(statement, variable)); }, "session variable"},
        {[&] { static_cast<void>(client.closeQuery("query_\xe9")); }, "id"},
    };
    for (const auto& [call, text] : calls) {
        const Error error = errorFrom(call);
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << text;
        EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
    EXPECT_TRUE(server.requests().empty());
}

struct Refused {
    const char* name;
    std::function<ClientOptions()> make;
    const char* text;  // part of what()
};
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }

class RefusedOptions : public testing::TestWithParam<Refused> {};

TEST_P(RefusedOptions, AreAnInvalidArgument) {
    const Error error = errorFrom([] { const Client client(GetParam().make()); });
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(error.category(), ErrorCategory::Usage);
    EXPECT_NE(std::string(error.what()).find(GetParam().text), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos) << error.what();
}

const Refused refused[] = {
    {"UrlWithoutScheme", [] { return ClientOptions("example.org:8088"); }, "address"},
    {"UrlEmpty", [] { return ClientOptions(""); }, "no URL"},
    {"UrlNonsense", [] { return ClientOptions("http://exa mple"); }, "no URL"},
    {"UrlOtherScheme", [] { return ClientOptions("ftp://example.org"); }, "http:// nor https://"},
    {"UrlWithUser", [] { return ClientOptions("https://key:hunter2@example.org"); }, "credentials"},
    {"UrlWithUserOnly", [] { return ClientOptions("https://hunter2@example.org"); }, "credentials"},
    {"DiscoveryFromAUnixSocket",
     [] { return ClientOptions("unix:///run/ksqldb.sock").discoverServers(); }, "discoverServers"},
    {"UrlWithQuery", [] { return ClientOptions("http://example.org?a=b"); }, "query"},
    {"KeyOverPlainHttp", [] { return ClientOptions().apiKey("key", "hunter2"); }, "plain http"},
    {"AuthorizationOverPlainHttp",
     [] { return ClientOptions().requestHeader("authorization", "Bearer hunter2"); }, "plain http"},
    {"KeyWithColon", [] { return ClientOptions("https://example.org").apiKey("a:hunter2", "s"); },
     "colon"},
    {"SecretWithLineEnd",
     [] { return ClientOptions("https://example.org").apiKey("K", "hunter2\n"); },
     "control character"},
    {"SecretWithZero",
     [] { return ClientOptions("https://example.org").apiKey("K", std::string("hunter2\0", 8)); },
     "control character"},
    {"PropertyNotUtf8", [] { return ClientOptions().property("p", "hunter2\xe9"); }, "property p"},
    {"VariableNotUtf8", [] { return ClientOptions().sessionVariable("v", "hunter2\xe9"); },
     "session variable v"},
    {"SecretWithoutKey", [] { return ClientOptions("https://example.org").apiKey("", "hunter2"); },
     "without a key"},
    {"HeaderWithoutName", [] { return ClientOptions().requestHeader("", "hunter2"); }, "name"},
    {"HeaderNameWithColon", [] { return ClientOptions().requestHeader("a:b", "hunter2"); },
     "colon"},
    {"HeaderNameWithBlank", [] { return ClientOptions().requestHeader("a b", "hunter2"); },
     "blank"},
    {"HeaderNameWithLineEnd", [] { return ClientOptions().requestHeader("a\r\nb", "hunter2"); },
     "line end"},
    {"HeaderValueWithLineEnd", [] { return ClientOptions().requestHeader("a", "hunter2\r\nB: c"); },
     "line end"},
    {"HeaderValueWithZero",
     [] { return ClientOptions().requestHeader("a", std::string("hunter2\0", 8)); }, "value"},
    {"NoConnectTimeout", [] { return ClientOptions().connectTimeout(0ms); }, "connectTimeout"},
    {"NegativeHeaderTimeout", [] { return ClientOptions().headerTimeout(-1ms); }, "headerTimeout"},
    {"NegativeRequestTimeout", [] { return ClientOptions().requestTimeout(-1ms); },
     "requestTimeout"},
    {"NegativeReadPause", [] { return ClientOptions().readPause(-1us); }, "readPause"},
    {"LongReadPause", [] { return ClientOptions().readPause(100'001us); }, "readPause"},
    {"NoDeliveryThread", [] { return ClientOptions().deliveryThreads(0); }, "deliveryThreads"},
    {"NoLine", [] { return ClientOptions().maxLineBytes(0); }, "maxLineBytes"},
    {"LongLine", [] { return ClientOptions().maxLineBytes((std::size_t{1} << 30) + 1); },
     "maxLineBytes"},
};

INSTANTIATE_TEST_SUITE_P(All, RefusedOptions, testing::ValuesIn(refused),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace ksqldb::test
