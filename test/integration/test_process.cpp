// What a Client does to its process: signals, and programs that the process starts.
#include "insert_server.h"
#include "process.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <thread>

namespace {
std::atomic<int> opened{0};
std::atomic<int> openedWithoutCare{0};
}  // namespace

// In the place of the C library's: how libcurl's sockets are made.
int socket(int family, int type, int protocol) noexcept {
    char name[16] = "";
    pthread_getname_np(pthread_self(), name, sizeof name);
    if (std::string_view(name) == "ksqldb-loop" && family != AF_UNIX) {
        ++opened;
        if ((type & SOCK_CLOEXEC) == 0) ++openedWithoutCare;
    }
    return static_cast<int>(syscall(SYS_socket, family, type, protocol));
}

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";
/// Three queries and an insert stream. What else is asked may come over one of theirs before.
constexpr int leastConnections = 4;

/// A Client with all its threads, and calls of each kind in flight.
class Process : public testing::TestWithParam<Wire> {
protected:
    Process() {
        server.on("/query-stream", statement, endless("transient_1", 3));
        server.on("/inserts-stream", "", [](Exchange& exchange) {
            InsertRequest request(exchange);
            request.accept();
            request.storeAll();
        });
    }

    /// Who asks is known to a function of the application's, or to an identity provider.
    void begin(bool isProviderAsked = false) {
        ClientOptions options = clientOptions(server, GetParam());
        options.deliveryThreads(3).allowCredentialsOverPlainHttp();
        if (isProviderAsked) {
            server.issueTokens("me", "secret");
            const bool isTls = GetParam() == Wire::Tls;
            OAuthClientCredentials source((isTls ? server.tlsUrl() : server.url()) + "/oauth/token",
                                          "me", "secret");
            if (isTls) source.tls(TlsOptions().caPem(server.certificates().caPem()));
            options.credentials(source);
        } else {
            options.credentials([] { return Credentials::bearer("a-token"); });
        }
        client.emplace(options);
        for (int i = 0; i < 3; ++i)
            subscribed.push_back(client->streamQuery(statement, recorder.callbacks()));
        inserts = client->insertStream("S");
        inserts->insert(InsertRow().set("N", 1));
        take(client->serverInfo());
        ASSERT_TRUE(recorder.waitForRows(9));
        ASSERT_TRUE(inserts->flush(patience));
    }

    LocalServer server{serverOptions(GetParam())};
    Recorder recorder;
    std::optional<Client> client;
    std::vector<Subscription> subscribed;
    std::optional<InsertStream> inserts;
};
INSTANTIATE_TEST_SUITE_P(Wires, Process, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(Process, NoThreadOfTheLibraryTakesASignal) {
    begin();
    const auto threads = libraryThreadsNow();
    EXPECT_EQ(threads.size(), 6U);
    for (const auto& [id, thread] : threads)
        for (int signal = 1; signal <= SIGRTMAX; ++signal) {
            // Nobody can block these, and the C library keeps some for itself.
            const bool isOthers =
                signal == SIGKILL || signal == SIGSTOP || (signal > SIGSYS && signal < SIGRTMIN);
            if (isOthers) continue;
            EXPECT_TRUE(thread.blockedSignals >> (signal - 1) & 1)
                << "signal " << signal << " in " << thread.name;
        }
}

std::atomic<int> taken{0};
std::atomic<bool> takenByLibrary{false};

TEST_P(Process, TheApplicationsThreadsTakeItsSignals) {
    begin();
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = [](int) {
        char name[16] = "";
        pthread_getname_np(pthread_self(), name, sizeof name);
        if (std::string_view(name).substr(0, 7) == "ksqldb-") takenByLibrary = true;
        ++taken;
    };
    sigaction(SIGUSR1, &action, &before);
    taken = 0;
    const auto deadline = Clock::now() + patience;
    for (int sent = 1; sent <= 100; ++sent) {
        kill(getpid(), SIGUSR1);
        while (taken < sent && Clock::now() < deadline) std::this_thread::yield();
    }
    sigaction(SIGUSR1, &before, nullptr);
    EXPECT_EQ(taken, 100);
    EXPECT_FALSE(takenByLibrary);
}

/// The descriptors of another program that this one starts, as it sees them itself.
std::map<int, std::string> descriptorsOfAnotherProgram() {
    std::map<int, std::string> descriptors;
    std::FILE* const program = popen("ls -l /proc/self/fd", "r");
    if (program == nullptr) return {{-1, "no program"}};
    char line[1024];
    while (std::fgets(line, sizeof line, program) != nullptr) {
        int number = 0;
        char target[256] = "";
        const char* const arrow = std::strstr(line, " -> ");
        if (arrow == nullptr || std::sscanf(arrow + 4, "%255s", target) != 1) continue;
        const char* name = arrow;  // the word before it
        while (name > line && name[-1] != ' ') --name;
        if (std::sscanf(name, "%d", &number) == 1) descriptors[number] = target;
    }
    pclose(program);
    return descriptors;
}

/// Whether a socket leads to the server. That a pair of libcurl's own leads to itself and harms
/// nobody: before 8.12 it is inherited.
bool leadsTo(const LocalServer& server, int socket) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
    const unsigned port = ntohs(peer.sin_port);
    return peer.sin_family == AF_INET && (port == server.port() || port == server.tlsPort());
}

TEST_P(Process, OtherProgramsInheritNothing) {
    const auto before = descriptorsNow();
    begin(true);
    const auto inherited = descriptorsOfAnotherProgram();
    EXPECT_EQ(inherited.count(1), 1U) << "nothing is known of it";
    int sockets = 0;
    int others = 0;
    for (const auto& [number, target] : descriptorsNow()) {
        if (before.count(number) != 0) continue;
        const bool isSocket = target.rfind("socket:", 0) == 0;
        if (isSocket && !leadsTo(server, number)) continue;  // the server's
        ++(isSocket ? sockets : others);
        const auto found = inherited.find(number);
        EXPECT_TRUE(found == inherited.end() || found->second != target) << number << target;
        EXPECT_NE(fcntl(number, F_GETFD) & FD_CLOEXEC, 0) << number << " " << target;
    }
    EXPECT_GE(sockets, leastConnections);
    EXPECT_GE(others, 2);
}

TEST_P(Process, NoSocketIsInheritedForAMoment) {
    openedWithoutCare = opened = 0;
    begin(true);
    EXPECT_GE(opened, leastConnections);
    EXPECT_EQ(openedWithoutCare, 0);
}

}  // namespace
}  // namespace ksqldb::test
