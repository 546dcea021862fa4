#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace ksqldb::test {

/// Whoever stands between a client and a server: it accepts connections, each served on a thread of
/// its own, and passes bytes. It ends all of them in its destructor. *thread-safe*
class Middleman {
public:
    /// Is given a client's socket, which is closed after it.
    using Serve = std::function<void(const Middleman&, int)>;

    /// On a free port of 127.0.0.1 or ::1, or on a Unix domain socket at this path.
    explicit Middleman(Serve serve, const std::string& at = "127.0.0.1");
    ~Middleman();
    Middleman(const Middleman&) = delete;
    Middleman& operator=(const Middleman&) = delete;

    std::uint16_t port() const { return port_; }

    /// False: the middleman ends.
    bool waitFor(int socket) const;
    /// Which of the two has bytes, or has ended. None: the middleman ends.
    std::optional<std::pair<bool, bool>> waitFor(int one, int other) const;
    /// Reads up to `end`; less: the client or the middleman ends.
    std::string readUntil(int socket, std::string_view end) const;
    std::string readSome(int socket, std::size_t count) const;
    /// Bytes in both directions, until one side or the middleman ends.
    void pass(int client, int server) const;

    /// To this port of 127.0.0.1; to be closed. -1: nobody listens.
    static int connectTo(std::uint16_t port);
    static bool sendAll(int socket, std::string_view bytes);

private:
    struct Link {
        std::atomic<bool> isOver{false};
        std::thread thread;
    };

    void listenOn(const std::string& at);
    void begin(int client);

    const Serve serve_;
    const std::string at_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    int stop_[2] = {-1, -1};
    std::list<Link> links_;  // the accepting thread's, and then the destructor's
    std::thread thread_;
};

}  // namespace ksqldb::test
