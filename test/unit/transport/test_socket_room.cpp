#include "transport/socket_room.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace ksqldb::test {
namespace {

class SocketRoom : public testing::Test {
protected:
    SocketRoom() {
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair_), 0);
        const int small = 8192;
        setsockopt(pair_[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
        room_.opened(pair_[0]);
    }
    ~SocketRoom() override {
        close(pair_[0]);
        close(pair_[1]);
    }
    ssize_t write(std::size_t size) const {
        const std::string bytes(size, 'x');
        return send(pair_[0], bytes.data(), size, MSG_DONTWAIT);
    }
    std::string readAll() const {
        std::string all(1'000'000, '\0');
        all.resize(static_cast<std::size_t>(recv(pair_[1], all.data(), all.size(), MSG_DONTWAIT)));
        return all;
    }

    int pair_[2] = {-1, -1};
    transport::SocketRoom room_;
};

TEST_F(SocketRoom, IsThereUntilTheSocketIsFull) {
    room_.connected(0);
    std::size_t written = 0;
    while (const std::size_t bytes = room_.bytes()) {
        ASSERT_EQ(write(bytes), static_cast<ssize_t>(bytes)) << "what fits is taken at once";
        written += bytes;
    }
    EXPECT_GT(written, 0u);
    EXPECT_EQ(readAll().size(), written);
    EXPECT_GT(room_.bytes(), 0u);
}

/// Who waited for it would wait for ever.
TEST_F(SocketRoom, IsThereWhereTheSocketIsNotKnown) {
    EXPECT_GT(room_.bytes(), 0u);
    room_.connected(1);
    EXPECT_GT(room_.bytes(), 0u);
}

TEST_F(SocketRoom, IsThatOfTheSocketWithThePort) {
    const int other = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    ASSERT_EQ(bind(other, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ASSERT_EQ(getsockname(other, reinterpret_cast<sockaddr*>(&address), &size), 0);
    room_.opened(other);
    while (write(4096) > 0) {
    }
    room_.connected(0);
    EXPECT_EQ(room_.bytes(), 0u) << "the full one has no port";
    room_.connected(ntohs(address.sin_port));
    EXPECT_GT(room_.bytes(), 0u);
    close(other);
}

}  // namespace
}  // namespace ksqldb::test
