// The floor of TLS versions, on a system that would go below it: OPENSSL_CONF is
// openssl_of_old.cnf, for this program alone.
#include "support.h"

#include <boost/asio.hpp>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::test {
namespace {

using boost::asio::ip::tcp;

/// Reads a ClientHello from its bytes.
class Hello {
public:
    explicit Hello(std::string bytes) : bytes_(std::move(bytes)) {}

    /// Those of the extension supported_versions: RFC 8446, 4.2.1.
    std::vector<unsigned> versions() {
        at_ = 5 + 4 + 2 + 32;  // the record's head, the message's, the version, the random bytes
        skip(number(1));       // the session
        skip(number(2));       // the ciphers
        skip(number(1));       // the compressions
        const std::size_t end = number(2) + at_;
        while (at_ < end) {
            const unsigned type = number(2), size = number(2);
            if (type != 43) {
                skip(size);
                continue;
            }
            std::vector<unsigned> all(number(1) / 2);
            for (unsigned& version : all) version = number(2);
            return all;
        }
        return {};
    }

private:
    unsigned number(int size) {
        unsigned value = 0;
        while (size-- > 0) value = value << 8 | static_cast<unsigned char>(bytes_.at(at_++));
        return value;
    }
    void skip(unsigned size) { at_ += size; }

    const std::string bytes_;
    std::size_t at_ = 0;
};

TEST(OldTls, IsNotOffered) {
    boost::asio::io_context io;
    tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
    std::string bytes;
    std::thread server([&] {
        tcp::socket socket = acceptor.accept();
        bytes.resize(5);
        boost::asio::read(socket, boost::asio::buffer(bytes));
        const auto length =
            static_cast<unsigned char>(bytes[3]) << 8 | static_cast<unsigned char>(bytes[4]);
        bytes.resize(5 + static_cast<std::size_t>(length));
        boost::asio::read(socket, boost::asio::buffer(bytes.data() + 5, bytes.size() - 5));
    });
    Client client("https://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()));
    EXPECT_EQ(errorFrom(client.serverInfo()).category(), ErrorCategory::Connect);
    server.join();
    constexpr unsigned tls12 = 0x0303, tls13 = 0x0304;
    EXPECT_EQ(Hello(bytes).versions(), (std::vector<unsigned>{tls13, tls12}));
}

}  // namespace
}  // namespace ksqldb::test
