// That what is secret is in nothing that the library says: no line of a log, no Error, nothing that
// is printed. Every secret here holds "hunter2", or is seen in what comes at a server or a proxy.
#include "cluster.h"
#include "proxy.h"
#include "tls.h"

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";
constexpr const char* push = "SELECT N FROM S EMIT CHANGES;";
constexpr const char* mark = "hunter2";

struct Number {
    std::int64_t n = 0;
    static constexpr auto ksqldbFields() { return fields(key("N", &Number::n)); }
};

/// All that was said, and what may not be in it.
class Said {
public:
    LogSink sink() const { return log_.sink(); }
    void add(const Error& error) {
        std::ostringstream printed;
        printed << error;
        for (const std::string& text :
             {std::string(error.what()), error.toString(), printed.str(), error.endpoint(),
              error.serverMessage(), error.statement(), std::string(error.limitName())})
            all_ += text + "\n";
        ++errors_;
    }
    template <class Call>
    void addErrorOf(Call&& call) {
        try {
            call();
        } catch (const Error& thrown) {
            const Error error = thrown;  // or ThreadSanitizer would not see whose end it is
            add(error);
        }
    }
    template <class Value>
    void addPrinted(const Value& value) {
        std::ostringstream printed;
        printed << value;
        all_ += printed.str() + "\n";
    }
    /// What a server or a proxy was shown: the whole, and without "Basic " and the like.
    void hide(const std::string& header) {
        const std::size_t blank = header.find(' ');
        hidden_.insert(blank == std::string::npos ? header : header.substr(blank + 1));
    }
    void hideWhatCameAt(const LocalServer& server) {
        for (const auto& request : server.requests())
            if (const auto header = request.header("Authorization")) hide(*header);
    }
    void hideWhatCameAt(const Proxy& proxy) {
        const std::string name = "Proxy-Authorization: ";
        for (const std::string& head : proxy.requests()) {
            const std::size_t at = head.find(name);
            if (at == std::string::npos) continue;
            const std::size_t begin = at + name.size();
            hide(head.substr(begin, head.find("\r\n", begin) - begin));
        }
    }
    void expectNoSecret(std::size_t leastErrors, std::size_t leastHidden) const {
        const std::string lines = log_.all();
        EXPECT_GE(errors_, leastErrors);
        EXPECT_GE(hidden_.size(), leastHidden);
        EXPECT_FALSE(lines.empty());
        for (const std::string& text : {lines, all_}) {
            for (const std::string& secret : hidden_)
                EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in\n" << text;
            for (const char* const secret : {mark, "PRIVATE KEY", "Authorization: "})
                EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in\n" << text;
        }
        std::ifstream file("/proc/self/cmdline", std::ios::binary);
        const std::string arguments{std::istreambuf_iterator<char>(file), {}};
        EXPECT_EQ(arguments.find(mark), std::string::npos);
    }

private:
    LogLines log_;
    std::string all_;
    std::set<std::string> hidden_;
    std::size_t errors_ = 0;
};

/// What is begun, and says its end by itself. The limits are for answers that are no end to it.
void streamEach(Client& client, Said& said) {
    const StreamOptions quick = StreamOptions().idleTimeout(200ms).timeout(200ms);
    said.addErrorOf([&] {
        ResultStream stream = client.streamQuery(statement);
        stream.header();
    });
    said.addErrorOf([&] {
        LineStream lines = client.streamLines("PRINT 't';", quick);
        std::string_view line;
        while (lines.next(line)) {
        }
    });
    said.addErrorOf([&] {
        // It is resumed, and its server is asked whether it is there.
        ResultStream stream = client.streamQuery(
            push,
            StreamOptions(quick).resume(RetryPolicy().delay(1ms, 1ms)).livenessProbe(10ms, 100ms));
        RowView row;
        while (stream.next(row) != Next::End) {
        }
    });
    said.addErrorOf([&] {
        LiveTable<std::int64_t, Number> table(
            client, "T", {},
            LiveTableOptions()
                .stream(StreamOptions().idleTimeout(200ms))
                .restart(RetryPolicy().attempts(2).delay(1ms, 1ms)));
        EXPECT_TRUE(table.waitFor(patience));
        if (table.ending() && table.ending()->error()) throw *table.ending()->error();
    });
}

void insertEach(Client& client, Said& said) {
    InsertRow row;
    row.set("A", 1);
    InsertRows rows;
    rows.add(row).add(row);
    const InsertOptions byStatements = InsertOptions().insertValues(InsertValues::Always);
    const auto addReport = [&](const InsertReport& report) {
        if (report.error) throw *report.error;
    };
    said.addErrorOf([&] { take(client.insertInto("s", row)); });
    said.addErrorOf([&] { take(client.insertInto("s", row, byStatements)); });
    said.addErrorOf([&] { addReport(take(client.insertInto("s", rows))); });
    said.addErrorOf([&] { addReport(take(client.insertInto("s", rows, byStatements))); });
    said.addErrorOf([&] {
        InsertStream stream = client.insertStream("s");
        stream.insert(row);
        addReport(stream.close(200ms));  // some of the answers are no end to it
    });
}

void callEach(Client& client, Said& said) {
    said.addErrorOf([&] { take(client.executeQuery(statement)); });
    said.addErrorOf([&] { take(client.execute("LIST STREAMS;")); });
    said.addErrorOf([&] { take(client.serverInfo()); });
    said.addErrorOf([&] { take(client.closeQuery("transient_1")); });
    said.addErrorOf([&] {
        take(client.execute(createConnector("c", ConnectorType::Sink, {{"a", "b"}})));
    });
    said.addErrorOf([&] {
        for (const auto& step : take(client.execute(script("DROP STREAM a; DROP STREAM b;"))).steps)
            if (step.error) said.add(*step.error);
    });
    streamEach(client, said);
    insertEach(client, said);
}

void callOpenAndClosed(const ClientOptions& options, Said& said) {
    Client client(
        ClientOptions(options).connectTimeout(500ms).headerTimeout(500ms).requestTimeout(500ms).log(
            LogLevel::Trace, said.sink()));
    callEach(client, said);
    client.close();
    callEach(client, said);
}

/// What a server can do, from the best to the worst.
void goThroughAll(LocalServer& server, const ClientOptions& options, Said& said) {
    for (const Script& script :
         {Script(), resettingAfter(1), respond(401, "no"),
          respond(403, R"({"error_code":40300,"message":"no"})"), respond(407, "no"),
          respond(503, "no"), resetting(),
          Script([](Exchange& exchange) { exchange.send("garbage\r\n\r\n"); })}) {
        server.clearScripts();
        if (script) server.onAny(script);
        callOpenAndClosed(options, said);
    }
    server.clearScripts();
}

struct Secrets : testing::Test {
    LocalServer server{tlsServer()};
    Said said;
};

TEST_F(Secrets, OfCredentialsAreSaidNowhere) {
    const Credentials basic = Credentials::basic("alice", "hunter2-basic");
    const Credentials bearer = Credentials::bearer("hunter2.bearer");
    for (const Credentials& credentials : {basic, bearer}) {
        said.addPrinted(credentials);
        goThroughAll(server,
                     tlsClient(server, trusting(server))
                         .credentials(credentials)
                         .requestHeader("X-Token", "hunter2-header"),
                     said);
        goThroughAll(server, tlsClient(server, trusting(server)).credentials([credentials] {
            return credentials;
        }),
                     said);
    }
    said.hideWhatCameAt(server);
    said.expectNoSecret(200, 2);
}

TEST_F(Secrets, OfIdentityProvidersAreSaidNowhere) {
    LocalServer provider(tlsServer());
    provider.issueTokens("me", "hunter2-oauth");
    const std::string tokenUrl = provider.tlsUrl() + "/oauth/token?key=hunter2-query";
    for (const bool inBody : {false, true})
        goThroughAll(server,
                     tlsClient(server, trusting(server))
                         .credentials(OAuthClientCredentials(tokenUrl, "me", "hunter2-oauth")
                                          .secretInBody(inBody)
                                          .parameter("audience", "hunter2-parameter")
                                          .tls(trusting(provider))),
                     said);
    said.hideWhatCameAt(server);
    // And one that refuses, and shows what it was sent.
    LocalServer refusing(tlsServer());
    refusing.on("/token", "", [](Exchange& exchange) {
        const auto& request = exchange.request();
        exchange.respond(400, R"({"error":")" + request.header("Authorization").value_or("nobody") +
                                  R"(","error_description":")" + request.target + ' ' +
                                  request.body + "\"}");
    });
    for (const bool inBody : {false, true}) {
        Client client(
            tlsClient(server, trusting(server))
                .credentials(OAuthClientCredentials(refusing.tlsUrl() + "/token?key=hunter2-query",
                                                    "me", "hunter2-wrong")
                                 .secretInBody(inBody)
                                 .parameter("audience", "hunter2-parameter")
                                 .tls(trusting(refusing)))
                .log(LogLevel::Trace, said.sink()));
        callEach(client, said);
        if (inBody) refusing.kill();
        callEach(client, said);
    }
    EXPECT_FALSE(refusing.requests().empty());
    said.hideWhatCameAt(provider);
    said.hideWhatCameAt(refusing);
    said.expectNoSecret(100, 4);
}

TEST_F(Secrets, OfSeveralServersAreSaidNowhere) {
    // What is reset here goes on there; both are asked for their health, and for the cluster's.
    LocalServer other(tlsServer());
    other.onAny(resetting());
    goThroughAll(
        server,
        ClientOptions()
            .servers({other.tlsUrl(), server.tlsUrl()}, ServerOrder::RoundRobin)
            .tls(TlsOptions().caPem(server.certificates().caPem() + other.certificates().caPem()))
            .discoverServers()
            .circuitBreaker(CircuitBreaker().failures(1).delay(10ms, 10ms))
            .retry(RetryPolicy().attempts(2).delay(1ms, 1ms))
            .apiKey("alice", "hunter2-basic"),
        said);
    said.hideWhatCameAt(server);
    said.hideWhatCameAt(other);
    EXPECT_FALSE(other.requests().empty());
    said.expectNoSecret(100, 1);
}

TEST_F(Secrets, OfProxiesAreSaidNowhere) {
    const Proxy plain(server.port(), "tom:hunter2-proxy"),
        tls(server.tlsPort(), "tom:hunter2-proxy");
    const Proxy gone("HTTP/1.1 502 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    const auto options = [&](const Proxy& proxy, const std::string& secret) {
        return tlsClient(server, trusting(server)).proxy(proxy.url(), "tom", secret);
    };
    goThroughAll(server, options(tls, "hunter2-proxy"), said);
    goThroughAll(server, options(tls, "hunter2-wrong"), said);
    goThroughAll(server, options(gone, "hunter2-proxy"), said);
    goThroughAll(server, clientOptions(server).proxy(plain.url(), "tom", "hunter2-proxy"), said);
    goThroughAll(server, clientOptions(server).proxy(plain.url(), "tom", "hunter2-wrong"), said);
    callOpenAndClosed(
        clientOptions(server).proxy("socks5h://" + gone.address(), "tom", "hunter2-socks"), said);
    for (const Proxy* proxy : {&plain, &tls, &gone}) said.hideWhatCameAt(*proxy);
    said.expectNoSecret(300, 2);
}

TEST_F(Secrets, OfKeysAreSaidNowhere) {
    const server::Certificates& of = server.certificates();
    const std::string encrypted = of.clientKeyPem("hunter2-key");
    const auto with = [&](const char* password) {
        return tlsClient(server, trusting(server).clientCertificatePem(of.clientCertificatePem(),
                                                                       encrypted, password));
    };
    goThroughAll(server, with("hunter2-key"), said);
    // These get no answer.
    for (const char* const password : {"hunter2-wrong", ""})
        callOpenAndClosed(with(password), said);
    // Whoever is not trusted is not told either.
    callOpenAndClosed(ClientOptions(server.tlsUrl()).apiKey("alice", "hunter2-basic"), said);
    said.expectNoSecret(150, 0);
}

TEST_F(Secrets, InWhatIsRefusedAreSaidNowhere) {
    std::size_t count = 0;
    const auto refuse = [&](const ClientOptions& options) {
        ++count;
        const Error error = errorFrom([&] { const Client client(options); });
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        said.add(error);
    };
    const auto tls = [&] {
        return ClientOptions(server.tlsUrl()).log(LogLevel::Trace, said.sink());
    };
    const auto plain = [&] { return ClientOptions(server.url()); };
    for (const char* const url : {"http://tom:hunter2@localhost", "https://hunter2@localhost",
                                  "ftp://tom:hunter2@localhost", "http://localhost?key=hunter2",
                                  "http://tom:hunter2@local host", "http://localhost\nhunter2",
                                  "tom:hunter2@localhost", "unix://hunter2"}) {
        refuse(ClientOptions(url));
        refuse(ClientOptions().servers({"http://localhost", url}));
    }
    for (const char* const url : {"http://tom:hunter2@proxy", "ftp://tom:hunter2@proxy",
                                  "tom:hunter2@proxy", "http://proxy\nhunter2"})
        refuse(tls().proxy(url));
    refuse(tls().proxy("http://proxy", "to:m", "hunter2"));
    refuse(tls().proxy("http://proxy", "tom", "hunter2\n"));
    refuse(tls().proxy("http://proxy", "", "hunter2"));
    refuse(tls().proxy("direct", "tom", "hunter2"));
    refuse(tls().apiKey("a:hunter2", "hunter2"));
    refuse(tls().apiKey("alice", "hunter2\n"));
    refuse(tls().apiKey("", "hunter2"));
    refuse(tls().credentials(Credentials::bearer("hunter2 hunter2")));
    refuse(tls().requestHeader("X-Token", "hunter2\r\n"));
    refuse(tls().tls(TlsOptions().clientCertificateFile("", "", "hunter2")));
    refuse(tls().tls(TlsOptions().clientCertificatePem("hunter2")));
    refuse(tls().tls(TlsOptions().clientCertificatePem(server.certificates().clientPem(), "hunter2",
                                                       "hunter2")));
    refuse(tls().tls(TlsOptions().pinnedPublicKey("hunter2")));
    refuse(plain().apiKey("alice", "hunter2"));
    refuse(plain().credentials(Credentials::bearer("hunter2")));
    refuse(plain().requestHeader("Authorization", "hunter2"));
    for (const char* const url :
         {"http://localhost/hunter2", "https://tom:hunter2@localhost/token", "hunter2"})
        refuse(tls().credentials(OAuthClientCredentials(url, "me", "hunter2")));
    Client client(tls().tls(trusting(server)));
    take(client.serverInfo());
    said.expectNoSecret(count, 0);
}

}  // namespace
}  // namespace ksqldb::test
