#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace ksqldb::test {

/// A way to a server on 127.0.0.1 that can go bad: bytes pass in both directions, until it is told
/// otherwise. *thread-safe*
class Relay {
public:
    explicit Relay(std::uint16_t serverPort);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    /// From now on nothing passes, not even a connection's end: both sides see a peer that is
    /// silent. New connections are made, and nothing of them passes either.
    void freeze();
    /// New connections pass, those too that were made meanwhile. The ones that froze stay as they
    /// are.
    void thaw();
    /// Lets no more than so many bytes pass each `pace`, in each direction. 0: all.
    void slowDown(std::size_t bytes, std::chrono::milliseconds pace = std::chrono::milliseconds(1));
    /// Resets all connections, on both sides. New ones pass.
    void reset();

    std::size_t openConnections() const;
    bool waitForOpenConnections(std::size_t count, std::chrono::milliseconds timeout) const;

private:
    using Clock = std::chrono::steady_clock;
    /// One direction of a connection.
    struct Way {
        int from = -1;
        int to = -1;
        std::string held{};     // read and not yet written
        bool isOver = false;    // nothing more will be read
        bool isClosed = false;  // and the end is passed on
    };
    struct Link {
        Way up;
        Way down;
        bool isFrozen = false;
    };

    void run();
    void wait();
    void acceptOne();
    void resetAll();
    static void end(const Link& link, bool hard);
    /// False: the connection has broken.
    bool pass(Way& way) const;
    bool takeIn(Way& way) const;
    void wake() const;

    const std::uint16_t serverPort_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    int wake_[2] = {-1, -1};
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::list<Link> links_;
    bool isFrozen_ = false;
    bool isStopping_ = false;
    bool isResetting_ = false;
    std::size_t bytesEach_ = 0;
    std::chrono::milliseconds pace_{1};
    std::thread thread_;
};

}  // namespace ksqldb::test
