// What becomes of a transfer when the system refuses to watch its socket.
#ifdef __linux__
#include "loop_test.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>

namespace {
std::atomic<bool> isFull{false};
}

// In the place of the C library's.
int epoll_ctl(int epoll, int operation, int file, epoll_event* event) noexcept {
    if (isFull && operation == EPOLL_CTL_ADD) {
        errno = ENOSPC;
        return -1;
    }
    return static_cast<int>(syscall(SYS_epoll_ctl, epoll, operation, file, event));
}

namespace ksqldb::test {
namespace {

class UnwatchedSocket : public LoopTest {};

INSTANTIATE_TEST_SUITE_P(Waiting, UnwatchedSocket, ::testing::Values(MultiDriver::Kind::Epoll),
                         nameOfWay);

TEST_P(UnwatchedSocket, EndsItsTransferAndNoOther) {
    const TinyServer server(answer);
    const TinyServer talking(openAnswer);
    const auto before = start(talking.url());
    ASSERT_TRUE(before->waitForBodyCalls(1));
    isFull = true;
    const auto refused = start(server.url(), std::make_shared<Probe>(), 2 * patience);
    EXPECT_TRUE(refused->waitForEnd());
    isFull = false;
    expectFailed(*refused, ErrorCode::NoDescriptor);
    const auto after = start(server.url());
    ASSERT_TRUE(after->waitForEnd());
    expectEnd(*after, Kind::Complete, 200);
    EXPECT_TRUE(before->ends().empty());
}

}  // namespace
}  // namespace ksqldb::test
#endif
