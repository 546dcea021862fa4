#include "proxy.h"

#include "server/base64.h"

#include <openssl/ssl.h>
#include <unistd.h>

#include <utility>

namespace ksqldb::test {

namespace {

constexpr std::string_view headEnd = "\r\n\r\n";

/// Without the header that is for the proxy alone.
std::string withoutLine(std::string head, const std::string& name) {
    const std::size_t begin = head.find("\r\n" + name + ":");
    if (begin == std::string::npos || begin > head.find(headEnd)) return head;
    return head.erase(begin, head.find("\r\n", begin + 2) - begin);
}

/// Decrypts one way and encrypts the other, until one side or the middleman ends.
void passTls(const Middleman& by, SSL* tls, int client, int server) {
    char bytes[16384];
    while (true) {
        std::pair<bool, bool> has(true, false);
        if (SSL_pending(tls) == 0) {
            const auto ready = by.waitFor(client, server);
            if (!ready) return;
            has = *ready;
        }
        if (has.first) {
            const int count = SSL_read(tls, bytes, sizeof bytes);
            if (count <= 0 || !Middleman::sendAll(server, {bytes, static_cast<std::size_t>(count)}))
                return;
        }
        if (has.second) {
            const ssize_t count = read(server, bytes, sizeof bytes);
            if (count <= 0 || SSL_write(tls, bytes, static_cast<int>(count)) <= 0) return;
        }
    }
}

}  // namespace

Proxy::Proxy() : Proxy(std::uint16_t{0}) {}

Proxy::Proxy(std::uint16_t serverPort) : Proxy(serverPort, std::string_view()) {}

Proxy::Proxy(std::uint16_t serverPort, std::string_view credentials)
    : serverPort_(serverPort),
      authorization_(credentials.empty() ? ""
                                         : "\r\nProxy-Authorization: Basic " +
                                               server::toBase64(credentials) + "\r\n"),
      listener_(std::make_unique<Middleman>(
          [this](const Middleman& by, int client) { serve(by, client); })) {}

Proxy::Proxy(std::string answer)
    : refusal_(std::move(answer)),
      listener_(std::make_unique<Middleman>(
          [this](const Middleman& by, int client) { serve(by, client); })) {}

std::vector<std::string> Proxy::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void Proxy::serve(const Middleman& by, int client) {
    std::string bytes = by.readUntil(client, headEnd);
    const std::size_t end = bytes.find(headEnd);
    if (end == std::string::npos) return;
    const std::string head = bytes.substr(0, end + headEnd.size());
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(head);
    }
    if (!refusal_.empty())
        Middleman::sendAll(client, refusal_);
    else if (head.find(authorization_) == std::string::npos)
        Middleman::sendAll(client,
                           "HTTP/1.1 407 Proxy Authentication Required\r\n"
                           "Proxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n"
                           "Connection: close\r\n\r\n");
    else
        link(by, client, std::move(bytes));
}

void Proxy::link(const Middleman& by, int client, std::string bytes) const {
    const bool isTunnel = bytes.rfind("CONNECT ", 0) == 0;
    bytes = withoutLine(std::move(bytes), "Proxy-Authorization");
    const std::size_t scheme = bytes.find("http://");
    const std::size_t host = isTunnel ? 8 : scheme + 7;
    const std::size_t hostEnd = bytes.find_first_of("/ ", host);
    const std::size_t colon = bytes.find(':', host);
    const auto asked = static_cast<std::uint16_t>(
        colon < hostEnd ? std::stoi(bytes.substr(colon + 1, hostEnd - colon - 1)) : 80);
    // "GET http://host/path HTTP/1.1" becomes "GET /path HTTP/1.1". The next request may be for
    // another server.
    if (!isTunnel) {
        bytes.erase(scheme, hostEnd - scheme);
        bytes.insert(bytes.find("\r\n") + 2, "Connection: close\r\n");
    }
    const int server = Middleman::connectTo(serverPort_ != 0 ? serverPort_ : asked);
    if (server < 0) {
        Middleman::sendAll(client,
                           "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n"
                           "Connection: close\r\n\r\n");
        return;
    }
    if (Middleman::sendAll(isTunnel ? client : server,
                           isTunnel ? "HTTP/1.1 200 Opened\r\n\r\n" : bytes))
        by.pass(client, server);
    close(server);
}

SocksProxy::SocksProxy(std::uint16_t serverPort)
    : serverPort_(serverPort),
      listener_(std::make_unique<Middleman>(
          [this](const Middleman& by, int client) { serve(by, client); })) {}

std::vector<std::string> SocksProxy::hosts() const {
    const std::lock_guard lock(mutex_);
    return hosts_;
}

void SocksProxy::serve(const Middleman& by, int client) {
    // RFC 1928: the methods, of which "no authentication" is taken, then the request.
    const std::string greeting = by.readSome(client, 2);
    if (greeting.size() != 2 || greeting[0] != 5) return;
    by.readSome(client, static_cast<unsigned char>(greeting[1]));
    Middleman::sendAll(client, std::string_view("\x05\x00", 2));
    const std::string request = by.readSome(client, 4);
    if (request.size() != 4) return;
    std::string host;
    if (request[3] == 3) {
        const std::string size = by.readSome(client, 1);
        host = by.readSome(client, size.empty() ? 0 : static_cast<unsigned char>(size[0]));
    } else {
        const std::string address = by.readSome(client, request[3] == 1 ? 4 : 16);
        for (const char byte : address)
            host += (host.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(byte));
    }
    by.readSome(client, 2);  // the port
    {
        const std::lock_guard lock(mutex_);
        hosts_.push_back(host);
    }
    const int server = Middleman::connectTo(serverPort_);
    const bool isOpen = server >= 0;
    Middleman::sendAll(
        client, std::string_view(
                    isOpen ? "\x05\x00\x00\x01\0\0\0\0\0\0" : "\x05\x05\x00\x01\0\0\0\0\0\0", 10));
    if (!isOpen) return;
    by.pass(client, server);
    close(server);
}

std::unique_ptr<Middleman> tlsInFrontOf(std::uint16_t port, SSL_CTX* context) {
    return std::make_unique<Middleman>([port, context](const Middleman& by, int client) {
        SSL* const tls = SSL_new(context);
        SSL_set_fd(tls, client);
        const int server =
            by.waitFor(client) && SSL_accept(tls) == 1 ? Middleman::connectTo(port) : -1;
        if (server >= 0) {
            passTls(by, tls, client, server);
            SSL_shutdown(tls);
            close(server);
        }
        SSL_free(tls);
    });
}

std::unique_ptr<Middleman> wayTo(std::uint16_t port, const std::string& from) {
    return std::make_unique<Middleman>(
        [port](const Middleman& by, int client) {
            const int server = Middleman::connectTo(port);
            if (server < 0) return;
            by.pass(client, server);
            close(server);
        },
        from);
}

}  // namespace ksqldb::test
