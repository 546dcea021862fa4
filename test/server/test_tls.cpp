#include "http2_client.h"
#include "local_server.h"
#include "test_client.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;
namespace ssl = boost::asio::ssl;

class TlsClient {
public:
    explicit TlsClient(const LocalServer& server, const std::string& name = "localhost",
                       bool withCertificate = false, std::string_view protocols = {}) {
        SSL_CTX_set_alpn_protos(context_.native_handle(),
                                reinterpret_cast<const unsigned char*>(protocols.data()),
                                static_cast<unsigned>(protocols.size()));
        context_.load_verify_file(server.caFile().string());
        if (withCertificate) {
            context_.use_certificate_chain_file(server.clientFile().string());
            context_.use_private_key_file(server.clientFile().string(), ssl::context::pem);
        }
        stream_.emplace(io_, context_);
        stream_->lowest_layer().connect(
            {boost::asio::ip::address_v4::loopback(), server.tlsPort()});
        stream_->set_verify_mode(ssl::verify_peer);
        stream_->set_verify_callback(ssl::host_name_verification(name));
        stream_->handshake(ssl::stream_base::client, error_);
    }

    boost::system::error_code error() const { return error_; }
    /// What was agreed on by ALPN.
    std::string protocol() {
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(stream_->native_handle(), &name, &size);
        return size == 0 ? "" : std::string(reinterpret_cast<const char*>(name), size);
    }
    std::size_t readSome(char* into, std::size_t size) {
        return stream_->read_some(boost::asio::buffer(into, size), error_);
    }
    void send(const std::string& bytes) {
        boost::asio::write(*stream_, boost::asio::buffer(bytes), error_);
    }
    std::string readAll() {
        std::string all;
        char bytes[16 * 1024];
        while (!error_) all.append(bytes, stream_->read_some(boost::asio::buffer(bytes), error_));
        return all;
    }

private:
    boost::asio::io_context io_;
    ssl::context context_{ssl::context::tls_client};
    std::optional<ssl::stream<boost::asio::ip::tcp::socket>> stream_;
    boost::system::error_code error_;
};

ServerOptions withTls() {
    ServerOptions options;
    options.tls = true;
    return options;
}

const std::string lastInfo = TestClient::request("/info", "", {{"Connection", "close"}}, "GET");

constexpr std::string_view bothProtocols = "\x02h2\x08http/1.1";

TEST(Tls, IsVerifiedByTheCaFile) {
    const LocalServer server(withTls());
    TlsClient client(server);
    ASSERT_FALSE(client.error()) << client.error().message();
    client.send(lastInfo);
    EXPECT_NE(client.readAll().find("KsqlServerInfo"), std::string::npos);
    EXPECT_EQ(client.error(), boost::asio::error::eof);
    EXPECT_TRUE(server.requests().at(0).overTls);
    EXPECT_FALSE(TlsClient(server, "127.0.0.1").error());
    // The plain port is there as well.
    EXPECT_EQ(TestClient(server.port()).send(lastInfo).answer().status, 200);
}

TEST(Tls, AgreesOnHttp2ByAlpn) {
    LocalServer server(withTls());
    server.on("/inserts-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        while (const auto line = exchange.readLine()) exchange.chunk('<' + *line + '>');
        exchange.lastChunk();
    });
    TlsClient tls(server, "localhost", false, bothProtocols);
    ASSERT_FALSE(tls.error()) << tls.error().message();
    ASSERT_EQ(tls.protocol(), "h2");
    Http2Client client([&](char* into, std::size_t size) { return tls.readSome(into, size); },
                       [&](std::string_view bytes) { tls.send(std::string(bytes)); });
    const auto id = client.open("/inserts-stream");
    client.send(id, "one\n");
    ASSERT_TRUE(client.readUntil(id, "<one>"));
    const std::string longLine(200'000, 'x');
    client.send(id, longLine, true);
    EXPECT_EQ(client.rest(id).body(), "<one><" + longLine + '>');
    EXPECT_EQ(client.ask("/info", "", {}, "GET").status, 200);
    const auto request = server.requests().at(0);
    EXPECT_TRUE(request.overTls);
    EXPECT_EQ(request.version, "HTTP/2");
}

TEST(Tls, SpeaksHttp1ToWhoDoesNotAskForMoreOrWhereItIsTheOnlyOne) {
    auto options = withTls();
    const LocalServer both(options);
    options.http2 = false;
    const LocalServer http1(options);
    EXPECT_EQ(TlsClient(both, "localhost", false, std::string_view("\x08http/1.1")).protocol(),
              "http/1.1");
    EXPECT_EQ(TlsClient(both).protocol(), "");
    TlsClient client(http1, "localhost", false, bothProtocols);
    EXPECT_EQ(client.protocol(), "http/1.1");
    client.send(lastInfo);
    EXPECT_NE(client.readAll().find("KsqlServerInfo"), std::string::npos);
}

TEST(Tls, FilesGoWithTheServer) {
    std::filesystem::path ca;
    {
        const LocalServer server(withTls());
        ca = server.caFile();
        EXPECT_TRUE(std::filesystem::exists(ca));
    }
    EXPECT_FALSE(std::filesystem::exists(ca));
}

TEST(Tls, BadCertificatesAreBad) {
    auto options = withTls();
    options.certificate.names = {"elsewhere.example"};
    EXPECT_TRUE(TlsClient(LocalServer(options)).error());
    options = withTls();
    options.certificate.expired = true;
    EXPECT_TRUE(TlsClient(LocalServer(options)).error());
    const LocalServer one(withTls());
    EXPECT_TRUE(TlsClient(one, "elsewhere.example").error());
}

TEST(Tls, MayAskForAClientCertificate) {
    auto options = withTls();
    options.certificate.requireClient = true;
    const LocalServer server(options);
    TlsClient known(server, "localhost", true);
    known.send(lastInfo);
    EXPECT_NE(known.readAll().find("KsqlServerInfo"), std::string::npos);
    TlsClient unknown(server);
    unknown.send(lastInfo);
    EXPECT_EQ(unknown.readAll(), "");
}

TEST(Tls, ACutHasNoCloseNotify) {
    LocalServer server(withTls());
    server.on("/info", "", [](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("[1]\n");
        exchange.close(TlsEnd::Cut);
    });
    TlsClient client(server);
    client.send(lastInfo);
    EXPECT_NE(client.readAll().find("[1]"), std::string::npos);
    EXPECT_EQ(client.error(), ssl::error::stream_truncated);
}

TEST(Tls, StopsAtOnceWithABlockedWriteAndAnUnfinishedHandshake) {
    LocalServer server(withTls());
    server.on("/info", "", [](Exchange& exchange) {
        exchange.head(200);
        while (true) exchange.chunk(std::string(100000, 'x'));
    });
    TlsClient client(server);
    client.send(lastInfo);
    TestClient silent(server.tlsPort());
    ASSERT_TRUE(server.waitForOpenConnections(2, 30s));
    // There is no event for a write that blocks.
    std::uint64_t last = 0;
    for (auto now = server.bytesWritten(); now <= 100000 || now != last;
         now = server.bytesWritten()) {
        last = now;
        std::this_thread::sleep_for(200ms);
    }
    const auto start = std::chrono::steady_clock::now();
    server.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

}  // namespace
}  // namespace ksqldb::server
