// The application's own headers, of the Client and of each call.
#include "cluster.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";

/// A header, and a call of each kind that sends it; what fails throws.
struct Kind {
    std::string name;
    std::function<void(Client&, const std::string&, const std::string&)> call;
};

std::vector<Kind> kinds() {
    return {
        {"QueryOptions",
         [](Client& client, const std::string& name, const std::string& value) {
             take(client.executeQuery(statement, QueryOptions().requestHeader(name, value)));
         }},
        {"StreamOptions",
         [](Client& client, const std::string& name, const std::string& value) {
             ResultStream stream =
                 client.streamQuery(statement, StreamOptions().requestHeader(name, value));
             EXPECT_EQ(numbersOf(stream), firstNumbers(3));
         }},
        {"CommandOptions",
         [](Client& client, const std::string& name, const std::string& value) {
             take(client.execute("LIST STREAMS;", CommandOptions().requestHeader(name, value)));
         }},
        {"InsertOptions",
         [](Client& client, const std::string& name, const std::string& value) {
             InsertRow row;
             take(client.insertInto("s", row.set("A", 1),
                                    InsertOptions().requestHeader(name, value)));
         }},
        {"InsertStreamOptions",
         [](Client& client, const std::string& name, const std::string& value) {
             InsertStream stream =
                 client.insertStream("s", InsertStreamOptions().requestHeader(name, value));
             InsertRow row;
             stream.insert(row.set("A", 2));
             EXPECT_TRUE(stream.close(patience).ok());
         }},
        {"RawRequest",
         [](Client& client, const std::string& name, const std::string& value) {
             take(client.execute(rawRequest({"GET", "/info", {{name, value}}, {}})));
         }},
    };
}

struct RequestHeaders : testing::Test {
    RequestHeaders() {
        server.on("/query-stream", "", numbers(3));
        server.on("/ksql", "", respond(200, R"([{"@type":"streams","streams":[]}])"));
        server.inserts().declare("s", "A INT");
        server.on("/inserts-stream", "", server.inserts().script());
    }
    std::vector<std::string> sent(const std::string& name) {
        std::vector<std::string> values;
        for (const auto& request : server.requests())
            for (const auto& [key, value] : request.headers)
                if (server::equalIgnoringCase(key, name)) values.push_back(value);
        server.forgetRequests();
        return values;
    }
    LocalServer server;
};

using Values = std::vector<std::string>;

TEST_F(RequestHeaders, OfACallAreSentWithIt) {
    Client client(clientOptions(server));
    for (const Kind& kind : kinds()) {
        SCOPED_TRACE(kind.name);
        kind.call(client, "X-Tenant", "a, b: c");
        EXPECT_EQ(sent("x-tenant"), Values{"a, b: c"});
    }
    take(client.executeQuery(statement));
    EXPECT_EQ(sent("x-tenant"), Values{});
}

TEST_F(RequestHeaders, WithoutAValueAreSent) {
    Client client(clientOptions(server));
    for (const Kind& kind : kinds())
        for (const std::string name : {"x-tenant", "user-agent"})
            for (const char* const value : {"", " ", "\t  "}) {
                SCOPED_TRACE(kind.name + ", " + name + ", '" + value + "'");
                kind.call(client, name, value);
                EXPECT_EQ(sent(name), Values{""});
            }
    take(client.executeQuery(statement));  // none that nobody gave is sent empty
    for (const auto& request : server.requests())
        for (const auto& [name, value] : request.headers) EXPECT_NE(value, "") << name;
}

TEST_F(RequestHeaders, OfTheClientAreSentWithAllAndReplacedByThoseOfACall) {
    Client client(clientOptions(server).requestHeader("X-Tenant", "client's"));
    take(client.serverInfo());
    EXPECT_EQ(sent("x-tenant"), Values{"client's"});
    for (const Kind& kind : kinds()) {
        SCOPED_TRACE(kind.name);
        kind.call(client, "X-Other", "1");
        EXPECT_EQ(sent("x-tenant"), Values{"client's"});
        kind.call(client, "x-tENANT", "call's");
        EXPECT_EQ(sent("x-tenant"), Values{"call's"});
        kind.call(client, "User-Agent", "mine");
        EXPECT_EQ(sent("user-agent"), Values{"mine"});
    }
}

TEST_F(RequestHeaders, ThatWouldBeMoreThanOneAreRefused) {
    Client client(clientOptions(server));
    for (const Kind& kind : kinds())
        for (const auto& [name, value] :
             std::vector<std::pair<std::string, std::string>>{{"X-A", "hunter2\r\nX-B: 1"},
                                                              {"X-A", "hunter2\n"},
                                                              {"X-A", "hunter2\r"},
                                                              {"X-A\r\nX-B", "hunter2"},
                                                              {"X-A:", "hunter2"},
                                                              {"", "hunter2"}}) {
            SCOPED_TRACE(kind.name);
            const Error error =
                errorFrom([&, &name = name, &value = value] { kind.call(client, name, value); });
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.what();
            EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos) << error.what();
        }
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(RequestHeaders, AuthorizationOverPlainHttpIsRefusedUnlessAllowed) {
    Client client(clientOptions(server));
    for (const Kind& kind : kinds()) {
        SCOPED_TRACE(kind.name);
        const Error error =
            errorFrom([&] { kind.call(client, "authorization", "Bearer hunter2"); });
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.what();
        EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos) << error.what();
    }
    EXPECT_TRUE(server.requests().empty());
    EXPECT_EQ(errorFrom([&] {
                  const Client refused(
                      clientOptions(server).requestHeader("Authorization", "Bearer hunter2"));
              }).code(),
              ErrorCode::InvalidArgument);
    Client allowed(clientOptions(server).apiKey("key", "secret").allowCredentialsOverPlainHttp());
    for (const Kind& kind : kinds()) {
        SCOPED_TRACE(kind.name);
        kind.call(allowed, "Authorization", "Bearer t");
        EXPECT_EQ(sent("authorization"), Values{"Bearer t"});  // and no key beside it
    }
}

TEST_F(RequestHeaders, AuthorizationHasNobodyAskTheProvider) {
    server.requireBearerToken("of-the-call");
    const auto asked = std::make_shared<std::atomic<int>>(0);
    Client client(clientOptions(server).allowCredentialsOverPlainHttp().credentials([asked] {
        ++*asked;
        return Credentials::bearer("of-the-client");
    }));
    for (const Kind& kind : kinds()) {
        SCOPED_TRACE(kind.name);
        kind.call(client, "Authorization", "Bearer of-the-call");
        EXPECT_EQ(sent("authorization"), Values{"Bearer of-the-call"});
    }
    // What is refused is not sent again: it would be the same.
    const auto options = QueryOptions().requestHeader("Authorization", "Bearer another");
    EXPECT_EQ(errorFrom(client.executeQuery(statement, options)).code(), ErrorCode::Unauthorized);
    EXPECT_EQ(sent("authorization"), Values{"Bearer another"});
    EXPECT_EQ(*asked, 0);
}

}  // namespace
}  // namespace ksqldb::test
