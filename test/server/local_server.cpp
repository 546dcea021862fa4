#include "local_server.h"

#include "connection.h"
#include "server_state.h"
#include "temporary_file.h"
#include "waker.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace ksqldb::server {
namespace asio = boost::asio;
using asio::ip::tcp;

class LocalServer::Impl {
public:
    explicit Impl(const ServerOptions& options) : state_(options), sendBuffer_(options.sendBuffer) {
        bind(plain_, options.port);
        if (options.tls) {
            certificates_.emplace(options.certificate, options.http2);
            caFile_.emplace(certificates_->caPem());
            clientFile_.emplace(certificates_->clientPem());
            bind(tls_, options.tlsPort);
        }
        listen();
        thread_ = std::thread([this] { acceptConnections(); });
    }

    ~Impl() { stop(); }

    void stop() {
        std::lock_guard lock(stopMutex_);
        end(Cut::Close, false);
        boost::system::error_code ignored;
        plain_.close(ignored);
        tls_.close(ignored);
    }

    void kill(Cut how) {
        std::lock_guard lock(stopMutex_);
        end(how, true);
    }

    void start(const StartOptions& options) {
        std::lock_guard lock(stopMutex_);
        if (thread_.joinable() || !plain_.is_open()) {
            throw std::logic_error("the server was not stopped, or for good");
        }
        stopping_ = false;
        state_.queries.reopen();
        thread_ = std::thread([this, options] {
            const auto until = std::chrono::steady_clock::now() + options.refuses;
            while (!stopping_ && std::chrono::steady_clock::now() < until) waitUntil(until);
            if (stopping_) return;
            state_.readiness.refuseFor(options.notReady, options.notReadyRequests);
            listen();
            acceptConnections();
        });
    }

    bool waitUntilListening(std::chrono::milliseconds timeout) {
        std::unique_lock lock(listeningMutex_);
        return listeningChanged_.wait_for(lock, timeout, [this] { return listening_; });
    }

    ServerState state_;
    std::uint16_t port_ = 0;
    std::uint16_t tlsPort_ = 0;
    std::atomic<std::size_t> accepted_{0};
    std::optional<Certificates> certificates_;
    std::optional<TemporaryFile> caFile_;
    std::optional<TemporaryFile> clientFile_;

private:
    /// The port is taken, but nobody can connect to it yet.
    void bind(tcp::acceptor& acceptor, std::uint16_t port) {
        const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
        acceptor.open(endpoint.protocol());
        acceptor.set_option(tcp::acceptor::reuse_address(true));
        acceptor.bind(endpoint);
        acceptor.non_blocking(true);
        (&acceptor == &plain_ ? port_ : tlsPort_) = acceptor.local_endpoint().port();
    }

    void listen() {
        plain_.listen();
        if (tls_.is_open()) tls_.listen();
        setListening(true);
    }

    void setListening(bool listening) {
        std::lock_guard lock(listeningMutex_);
        listening_ = listening;
        listeningChanged_.notify_all();
    }

    /// Cuts all connections. Ports that are held refuse from now on.
    void end(Cut how, bool hold) {
        if (!thread_.joinable()) return;
        stopping_ = true;
        waker_.notify();
        thread_.join();
        waker_.drain();
        setListening(false);
        for (auto* acceptor : {&plain_, &tls_}) {
            if (!acceptor->is_open()) continue;
            acceptor->close();
            if (hold) bind(*acceptor, acceptor == &plain_ ? port_ : tlsPort_);
        }
        for (auto& connection : connections_) {
            how == Cut::Reset ? connection.cut() : connection.stop();
        }
        connections_.clear();
    }

    void waitUntil(std::chrono::steady_clock::time_point time) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(time - std::chrono::steady_clock::now());
        pollfd woken{waker_.fd(), POLLIN, 0};
        ::poll(&woken, 1, static_cast<int>(std::max<long long>(left.count(), 0)));
    }

    void acceptConnections() {
        blockSignalsInThisThread();
        while (!stopping_) {
            std::array<pollfd, 3> watched{
                pollfd{waker_.fd(), POLLIN, 0}, pollfd{plain_.native_handle(), POLLIN, 0},
                pollfd{tls_.is_open() ? tls_.native_handle() : -1, POLLIN, 0}};
            ::poll(watched.data(), watched.size(), -1);
            if (watched[1].revents != 0) accept(plain_, nullptr);
            if (watched[2].revents != 0) accept(tls_, certificates_->context());
            connections_.remove_if(
                [](const Connection& connection) { return connection.isDone(); });
        }
    }

    void accept(tcp::acceptor& acceptor, SSL_CTX* context) {
        boost::system::error_code error;
        tcp::socket socket(io_);
        acceptor.accept(socket, error);
        if (error) {
            // Out of descriptors, most likely: the connection stays in the queue for a while.
            if (error != asio::error::would_block) waitForRoom();
            return;
        }
        if (sendBuffer_ > 0) {
            socket.set_option(asio::socket_base::send_buffer_size(sendBuffer_), error);
        }
        state_.connections.change(1);
        try {
            connections_.emplace_back(std::move(socket), context, ++accepted_, state_);
        } catch (const std::system_error&) {
            state_.connections.change(-1);
            waitForRoom();
        }
    }

    void waitForRoom() {
        pollfd woken{waker_.fd(), POLLIN, 0};
        ::poll(&woken, 1, 20);
    }

    asio::io_context io_;
    tcp::acceptor plain_{io_};
    tcp::acceptor tls_{io_};
    int sendBuffer_;
    Waker waker_;
    std::atomic<bool> stopping_{false};
    std::mutex stopMutex_;
    std::mutex listeningMutex_;
    std::condition_variable listeningChanged_;
    bool listening_ = false;
    std::list<Connection> connections_;  // the accepting thread's while it runs
    std::thread thread_;
};

LocalServer::LocalServer(const ServerOptions& options) : impl_(std::make_unique<Impl>(options)) {}

LocalServer::~LocalServer() = default;

std::uint16_t LocalServer::port() const { return impl_->port_; }

std::uint16_t LocalServer::tlsPort() const { return impl_->tlsPort_; }

std::string LocalServer::url() const { return "http://127.0.0.1:" + std::to_string(port()); }

std::string LocalServer::tlsUrl() const { return "https://127.0.0.1:" + std::to_string(tlsPort()); }

std::filesystem::path LocalServer::caFile() const {
    if (!impl_->caFile_) throw std::logic_error("the server has no TLS port");
    return impl_->caFile_->path();
}

bool LocalServer::hasTls() const { return impl_->caFile_.has_value(); }

std::filesystem::path LocalServer::clientFile() const {
    if (!impl_->clientFile_) throw std::logic_error("the server has no TLS port");
    return impl_->clientFile_->path();
}

const Certificates& LocalServer::certificates() const {
    if (!impl_->certificates_) throw std::logic_error("the server has no TLS port");
    return *impl_->certificates_;
}

void LocalServer::requireBasicAuth(std::string_view user, std::string_view secret) {
    impl_->state_.credentials.require(user, secret);
}

void LocalServer::requireBearerToken(const std::string& token) {
    impl_->state_.credentials.tokens().accept(token);
}

void LocalServer::issueTokens(std::string clientId, std::string clientSecret,
                              std::chrono::milliseconds lifetime) {
    impl_->state_.credentials.tokens().issueTo(std::move(clientId), std::move(clientSecret),
                                               lifetime);
}

void LocalServer::revokeTokens() { impl_->state_.credentials.tokens().revoke(); }

std::size_t LocalServer::issuedTokens() const {
    return impl_->state_.credentials.tokens().issued();
}

void LocalServer::closeQueryAnswers(CloseQueryAnswer answer) {
    impl_->state_.closeQueryAnswer = answer;
}

void LocalServer::on(std::string path, std::string_view sql, Script script) {
    impl_->state_.scripts.add(std::move(path), sql, std::move(script));
}

void LocalServer::onAny(Script script) { on({}, {}, std::move(script)); }

void LocalServer::clearScripts() { impl_->state_.scripts.clear(); }

Inserts& LocalServer::inserts() { return impl_->state_.inserts; }

std::vector<Request> LocalServer::requests() const { return impl_->state_.journal.all(); }

bool LocalServer::waitForRequests(std::size_t count, std::chrono::milliseconds timeout) const {
    return impl_->state_.journal.waitForCount(count, timeout);
}

void LocalServer::forgetRequests() { impl_->state_.journal.clear(); }

std::size_t LocalServer::openConnections() const { return impl_->state_.connections.open(); }

bool LocalServer::waitForOpenConnections(std::size_t count,
                                         std::chrono::milliseconds timeout) const {
    return impl_->state_.connections.waitFor(count, timeout);
}

std::size_t LocalServer::acceptedConnections() const { return impl_->accepted_; }

std::vector<std::string> LocalServer::runningQueries() const { return impl_->state_.queries.ids(); }

bool LocalServer::waitForRunningQueries(std::size_t count,
                                        std::chrono::milliseconds timeout) const {
    return impl_->state_.queries.waitForCount(count, timeout);
}

bool LocalServer::endQuery(std::string_view id) { return impl_->state_.queries.end(id); }

std::uint64_t LocalServer::bytesWritten() const { return impl_->state_.bytesWritten; }

void LocalServer::stop() { impl_->stop(); }

void LocalServer::kill(Cut how) { impl_->kill(how); }

void LocalServer::stopOrderly(std::chrono::milliseconds lingering) {
    impl_->state_.queries.endAll();
    std::this_thread::sleep_for(lingering);
    impl_->kill(Cut::Close);
}

void LocalServer::start(const StartOptions& options) { impl_->start(options); }

bool LocalServer::isListening() const {
    return impl_->waitUntilListening(std::chrono::milliseconds(0));
}

bool LocalServer::waitUntilListening(std::chrono::milliseconds timeout) const {
    return impl_->waitUntilListening(timeout);
}

void LocalServer::limitPushQueries(std::size_t count) { impl_->state_.maxPushQueries = count; }

}  // namespace ksqldb::server
