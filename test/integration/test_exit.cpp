// How a program ends that has a Client: one that is static, or that nobody destroys, idle or with
// calls in flight, by every way there is.
#include "insert_server.h"

#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <tuple>

extern char** environ;

namespace ksqldb::test {
namespace {

/// "exit 0", "signal 11", or that it does not end.
std::string endOf(std::vector<std::string> arguments) {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawn(&child, pointers[0], nullptr, nullptr, pointers.data(), environ) != 0)
        return "did not start: " + arguments[0];
    const int process = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
    pollfd ended{process, POLLIN, 0};
    const auto limit = std::chrono::milliseconds(patience);
    const bool isOver = poll(&ended, 1, static_cast<int>(limit.count())) == 1;
    close(process);
    if (!isOver) kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!isOver) return "did not end";
    if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
    return "exit " + std::to_string(WEXITSTATUS(status));
}

class Exit : public testing::TestWithParam<std::tuple<const char*, const char*>> {
protected:
    Exit() {
        server.on("/query-stream", "", [](Exchange& exchange) {
            const bool isLines = exchange.request().sql().find("PRINT") == 0;
            Answer answer(exchange);
            if (!isLines) answer.header("rates", {{"NAME", "STRING"}, {"PARTS", "ARRAY<BIGINT>"}});
            if (isLines) exchange.head(200, {{"content-type", "text/plain"}});
            while (true)
                if (isLines)
                    exchange.chunk("key: <null>, value: 1\n");
                else
                    answer.row(R"(["a",[1,2,3]])");
        });
        server.on("/query-stream", "SELECT 1;", [](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("query", {{"A", "STRING"}, {"B", "BIGINT"}, {"C", "ARRAY<DOUBLE>"}});
            answer.row(R"(["a",1,[2.5]])");
            answer.end();
        });
        server.on("/inserts-stream", "", [](Exchange& exchange) {
            InsertRequest request(exchange);
            request.accept();
            request.storeAll();
        });
    }

    std::string program() const {
        const char* const path = std::getenv("KSQLDB_EXIT_PROGRAM");
        return path != nullptr ? path : "";
    }

    LocalServer server;
};

std::string nameOfExit(const testing::TestParamInfo<std::tuple<const char*, const char*>>& info) {
    std::string name = std::string(std::get<0>(info.param)) + "_" + std::get<1>(info.param);
    for (char& c : name)
        if (c == ' ' || c == '_') c = 'X';
    return name;
}

TEST_P(Exit, IsAnEnd) {
    const auto [client, how] = GetParam();
    const auto start = Clock::now();
    EXPECT_EQ(endOf({program(), server.url(), client, how}), "exit 0");
    EXPECT_LT(Clock::now() - start, patience / 3) << "not at once";
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

INSTANTIATE_TEST_SUITE_P(
    Ways, Exit,
    testing::Combine(testing::Values("idle", "static", "callback", "local", "leaked"),
                     testing::Values("return", "exit", "quick_exit", "_exit", "thread")),
    nameOfExit);
INSTANTIATE_TEST_SUITE_P(FromWithin, Exit,
                         testing::Values(std::make_tuple("callback", "exit in it")), nameOfExit);

}  // namespace
}  // namespace ksqldb::test
