// Which server a call goes to: the health of each, told by what failed and when.
#include "base/error_builder.h"
#include "client/servers/server_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Change = ServerList::Change;

Connection connectionTo(const std::string& name) {
    auto connection = std::make_shared<transport::ConnectionSettings>();
    connection->baseUrl = name;
    return connection;
}

const base::Clock::time_point start{seconds(1000)};
const Error refused(ErrorCode::ConnectFailed, "refused");

/// Servers named by a letter each. Times are in ms since the start.
class Servers {
public:
    explicit Servers(const std::string& names, ServerOrder order = ServerOrder::InOrder,
                     const CircuitBreaker& breaker =
                         CircuitBreaker().failures(2).delay(milliseconds(100), milliseconds(400)))
        : list_(connections(names), order, breaker) {}

    static std::vector<Connection> connections(const std::string& names) {
        std::vector<Connection> all;
        for (const char name : names) all.push_back(connectionTo(std::string(1, name)));
        return all;
    }
    ServerPtr operator[](char name) const {
        for (const ServerPtr& server : list_.all())
            if (server->connection->baseUrl[0] == name) return server;
        return nullptr;
    }
    std::vector<ServerPtr> these(const std::string& names) const {
        std::vector<ServerPtr> all;
        for (const char name : names) all.push_back((*this)[name]);
        return all;
    }
    /// Its letter; * behind it: as a trial. "-": none.
    std::string pick(int at = 0, const std::string& tried = "", char preferred = ' ') {
        const auto [server, isTrial] = list_.pick(start + milliseconds(at), these(tried),
                                                  preferred == ' ' ? nullptr : (*this)[preferred]);
        if (!server) return "-";
        return server->connection->baseUrl + (isTrial ? "*" : "");
    }
    /// The order in which a call tries them all.
    std::string way(int at = 0) {
        std::string way;
        while (true) {
            const std::string next = pick(at, way);
            if (next == "-") return way;
            way += next[0];
        }
    }
    Change fail(char name, int at = 0, const Error& error = refused, double random = 1) {
        return list_.failed(*(*this)[name], error, start + milliseconds(at), random);
    }
    void open(char name, int at = 0) {
        fail(name, at);
        EXPECT_EQ(fail(name, at), Change::Opened);
    }
    std::string names() const {
        std::string names;
        for (const ServerPtr& server : list_.all()) names += server->connection->baseUrl;
        return names;
    }
    ServerList& list() { return list_; }

private:
    ServerList list_;
};

TEST(ServerList, GoesInOrder) {
    Servers servers("abc");
    EXPECT_EQ(servers.way(), "abc");
    EXPECT_EQ(servers.way(), "abc");
}

TEST(ServerList, GoesRound) {
    Servers servers("abc", ServerOrder::RoundRobin);
    EXPECT_EQ(servers.pick(), "a");
    EXPECT_EQ(servers.pick(0, "a"), "b") << "a call that goes on does not take another's turn";
    EXPECT_EQ(servers.pick(), "b");
    EXPECT_EQ(servers.pick(), "c");
    EXPECT_EQ(servers.pick(), "a");
    servers.open('c');
    EXPECT_EQ(servers.pick() + servers.pick() + servers.pick(), "bab");
}

TEST(ServerList, OpensAfterFailuresInARow) {
    Servers servers("ab");
    EXPECT_EQ(servers.fail('a'), Change::None);
    EXPECT_EQ(servers.pick(), "a");
    EXPECT_EQ(servers.list().succeeded(*servers['a']), Change::None);
    EXPECT_EQ(servers.fail('a'), Change::None);
    EXPECT_EQ(servers.fail('a'), Change::Opened);
    EXPECT_EQ(servers.fail('a'), Change::None) << "what was under way";
    EXPECT_EQ(servers.way(), "ba");
}

TEST(ServerList, OpensAtOnceWhereEachCallWouldWaitAsLong) {
    Servers servers("ab");
    EXPECT_EQ(servers.fail('a', 0, Error(ErrorCode::ConnectTimeout, "")), Change::Opened);
}

TEST(ServerList, HalfOpenItTakesOneTrial) {
    Servers servers("ab");
    servers.open('a');
    EXPECT_EQ(servers.pick(99, "b"), "a") << "nothing else is left";
    EXPECT_EQ(servers.pick(100), "b") << "b is well";
    EXPECT_EQ(servers.pick(100, "b"), "a*");
    servers.open('b', 200);
    EXPECT_EQ(servers.pick(201), "a") << "no second trial";
    ServerList::endTrial(*servers['a']);
    EXPECT_EQ(servers.pick(201), "a*");
    EXPECT_EQ(servers.list().succeeded(*servers['a']), Change::Closed);
    ServerList::endTrial(*servers['a']);
    EXPECT_EQ(servers.pick(201), "a");
    EXPECT_EQ(servers.fail('a', 202), Change::None) << "it begins anew";
}

/// When a trial is due after the circuit has opened so often, in ms.
std::vector<long> delays(Servers& servers, double random) {
    std::vector<long> all;
    base::Clock::time_point now = start;
    for (int i = 0; i < 5; ++i) {
        servers.list().failed(*servers['a'], refused, now, random);
        if (i == 0) servers.list().failed(*servers['a'], refused, now, random);
        EXPECT_TRUE(servers['a']->isOpen);
        all.push_back(std::chrono::ceil<milliseconds>(servers['a']->trialAt - now).count());
        now = servers['a']->trialAt;
    }
    return all;
}

TEST(ServerList, WaitsLongerEachTimeButNotForEver) {
    Servers longest("a");
    EXPECT_EQ(delays(longest, 1), (std::vector<long>{100, 200, 400, 400, 400}));
    Servers shortest("a");
    EXPECT_EQ(delays(shortest, 0), (std::vector<long>{50, 100, 200, 200, 200}));
    shortest['a']->openings = std::numeric_limits<unsigned>::max();
    EXPECT_EQ(delays(shortest, 0).back(), 200);
}

TEST(ServerList, AFailureBeforeTheTrialIsDueDoesNotPutItOff) {
    Servers servers("a");
    servers.open('a');
    const auto due = servers['a']->trialAt;
    EXPECT_EQ(servers.fail('a', 99), Change::None);
    EXPECT_EQ(servers['a']->trialAt, due);
    EXPECT_EQ(servers.fail('a', 100), Change::None);
    EXPECT_EQ(servers['a']->trialAt, due + milliseconds(200));
}

TEST(ServerList, ATrialThatToldNothingIsMadeAgainAfterAsLongAWait) {
    Servers servers("a");
    servers.open('a');
    for (const int at : {100, 200, 300}) {
        servers.list().putOff(*servers['a'], start + milliseconds(at), 1);
        EXPECT_EQ(servers['a']->trialAt, start + milliseconds(at + 100));
    }
    servers.fail('a', 400);
    EXPECT_EQ(servers['a']->trialAt, start + milliseconds(400 + 200));
}

TEST(ServerList, WhoSaysThatItIsWellIsBelievedOnce) {
    Servers servers("ab");
    servers.open('a');
    EXPECT_EQ(servers.list().recovered(*servers['a']), Change::Closed);
    EXPECT_EQ(servers.pick(), "a");
    EXPECT_EQ(servers.fail('a', 100), Change::Opened) << "one failure is enough";
    EXPECT_EQ(servers['a']->trialAt, start + milliseconds(100 + 200)) << "and the next wait longer";
    servers.list().recovered(*servers['a']);
    servers.list().succeeded(*servers['a']);
    EXPECT_EQ(servers.fail('a', 400), Change::None) << "a call went well";
}

TEST(ServerList, WhereAllAreOpenTheOneThatComesNextIsTried) {
    Servers servers("abc");
    servers.open('b', 0);
    servers.open('c', 10);
    servers.open('a', 20);
    EXPECT_EQ(servers.way(30), "bca");
    EXPECT_EQ(servers.pick(30, "abc"), "-");
}

TEST(ServerList, WhoAskedToBeLeftAloneComesLast) {
    Servers servers("ab");
    const auto& list = servers.list();
    EXPECT_EQ(list.leastRest(start), milliseconds(0));
    ServerList::rest(*servers['a'], start + seconds(2));
    ServerList::rest(*servers['a'], start + seconds(1));
    servers.open('b');
    EXPECT_EQ(servers.way(), "ba");
    EXPECT_TRUE(list.hasOther(start, servers.these("a")));
    EXPECT_FALSE(list.hasOther(start, servers.these("b"))) << "it has asked for that";
    EXPECT_TRUE(list.hasOther(start + seconds(2), servers.these("b")));
    EXPECT_EQ(list.leastRest(start), milliseconds(0));
    ServerList::rest(*servers['b'], start + seconds(5));
    EXPECT_EQ(list.leastRest(start), seconds(2));
    EXPECT_EQ(servers.way(), "ab") << "in the order of their times";
}

TEST(ServerList, PrefersTheOneThatTheCallWasAtWhileThatIsWell) {
    Servers servers("abc", ServerOrder::RoundRobin);
    EXPECT_EQ(servers.pick(0, "", 'c'), "c");
    EXPECT_EQ(servers.pick(0, "", 'c'), "c");
    EXPECT_EQ(servers.pick(0, "c", 'c'), "a") << "it was tried";
    servers.open('c');
    EXPECT_EQ(servers.pick(0, "", 'c'), "a");
    EXPECT_EQ(servers.pick(), "b") << "its turn was taken";
}

TEST(ServerList, TakesInWhatIsFoundAndDropsWhatIsGone) {
    Servers servers("ab");
    servers.list().replaceFound(Servers::connections("bcd"));
    EXPECT_EQ(servers.names(), "abcd");
    servers.open('d');
    servers.list().replaceFound(Servers::connections("de"));
    EXPECT_EQ(servers.names(), "abde") << "those that were given stay";
    EXPECT_TRUE(servers['d']->isOpen) << "what is known of a server stays";
    servers.list().replaceFound({});
    EXPECT_EQ(servers.way(), "ab");

    std::vector<Connection> many;
    for (int i = 0; i < 1000; ++i) many.push_back(connectionTo("server" + std::to_string(i)));
    servers.list().replaceFound(many);
    EXPECT_EQ(servers.list().all().size(), ServerList::most);
}

Error withStatus(ErrorCode code, int status, int serverCode = 0) {
    return detail::ErrorBuilder(code, "text").http(status).server(serverCode, "message").build();
}
Error timeout(const char* limit) {
    return detail::ErrorBuilder(ErrorCode::TotalTimeout, "text").limit(limit).build();
}

TEST(Verdict, IsOfTheServerAndNotOfWhatWasAsked) {
    const std::vector<std::pair<Verdict, Error>> table{
        {Verdict::Failed, Error(ErrorCode::ConnectFailed, "")},
        {Verdict::Failed, Error(ErrorCode::ConnectTimeout, "")},
        {Verdict::Failed, Error(ErrorCode::ConnectionLost, "")},
        {Verdict::Failed, withStatus(ErrorCode::ConnectionLost, 200)},
        {Verdict::Failed, withStatus(ErrorCode::TruncatedResponse, 200)},
        {Verdict::Failed, Error(ErrorCode::HeaderTimeout, "")},
        {Verdict::Failed, timeout("requestTimeout")},
        {Verdict::Failed, withStatus(ErrorCode::ProxyRefused, 502)},
        {Verdict::Failed, withStatus(ErrorCode::HttpStatus, 503)},
        {Verdict::Failed, withStatus(ErrorCode::HttpStatus, 504)},
        {Verdict::Failed, withStatus(ErrorCode::ServerError, 503, 50302)},
        {Verdict::Well, withStatus(ErrorCode::ServerError, 503, 50301)},
        {Verdict::Well, withStatus(ErrorCode::TableNotReady, 503, 50000)},
        {Verdict::Well, withStatus(ErrorCode::StatementRejected, 400, 40001)},
        {Verdict::Well, withStatus(ErrorCode::PushQueryLimit, 400, 40001)},
        {Verdict::Well, withStatus(ErrorCode::Unauthorized, 401)},
        {Verdict::Well, withStatus(ErrorCode::HttpStatus, 404)},
        {Verdict::Well, withStatus(ErrorCode::HttpStatus, 429)},
        {Verdict::Well, withStatus(ErrorCode::ServerError, 500, 50000)},
        {Verdict::Well, withStatus(ErrorCode::IdleTimeout, 200)},
        // Whoever gives tokens has answered, or the proxy, and not the server.
        {Verdict::Unknown, withStatus(ErrorCode::CredentialsFailed, 400)},
        {Verdict::Unknown, withStatus(ErrorCode::CredentialsFailed, 503)},
        {Verdict::Unknown, withStatus(ErrorCode::ProxyRefused, 407)},
        {Verdict::Unknown, timeout("timeout")},
        {Verdict::Unknown, Error(ErrorCode::Cancelled, "")},
        {Verdict::Unknown, Error(ErrorCode::ClientClosed, "")},
        {Verdict::Unknown, Error(ErrorCode::NoDescriptor, "")},
        {Verdict::Unknown, Error(ErrorCode::TlsFailed, "")},
    };
    for (const auto& [verdict, error] : table)
        EXPECT_EQ(verdictOf(&error), verdict)
            << static_cast<int>(error.code()) << ' ' << error.httpStatus();
    EXPECT_EQ(verdictOf(nullptr), Verdict::Well);
}

}  // namespace
}  // namespace ksqldb::client
