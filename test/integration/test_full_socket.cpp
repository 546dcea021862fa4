// The way to the server is narrow here: small buffers on both sides, so the client's socket is full
// long before HTTP/2's window is. libcurl 7.88 then sends bytes a second time.

#include "insert_server.h"

#include <dlfcn.h>
#include <sys/socket.h>

#include <random>

namespace {

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

void limit(int socket, int buffer, int bytes) {
    setsockopt(socket, SOL_SOCKET, buffer, &bytes, sizeof bytes);
}

}  // namespace

// They take the C library's place for libcurl and for the server.
extern "C" int connect(int socket, const sockaddr* address, socklen_t size) {
    static auto* const real = next<int(int, const sockaddr*, socklen_t)>("connect");
    limit(socket, SO_SNDBUF, 8192);
    return real(socket, address, size);
}
extern "C" int listen(int socket, int backlog) {
    static auto* const real = next<int(int, int)>("listen");
    limit(socket, SO_RCVBUF, 4096);
    return real(socket, backlog);
}

namespace ksqldb::test {
namespace {

class FullSocket : public Inserts {
protected:
    /// Each is another, so no two can be taken for one.
    std::string text(std::size_t size) {
        std::string text;
        while (text.size() < size) text += std::to_string(random_()) + ' ';
        return text;
    }
    std::size_t upTo(std::size_t size) { return random_() % size; }
    void expectStored(const std::vector<std::string>& inserted) {
        const auto stored = rowsOf();
        ASSERT_EQ(stored.size(), inserted.size());
        for (std::size_t i = 0; i < stored.size(); ++i)
            ASSERT_TRUE(stored[i] == inserted[i]) << "row " << i << " is not as it was inserted";
    }
    std::vector<std::string> insertRows(InsertStream& out, std::size_t count, std::size_t size) {
        std::vector<std::string> inserted;
        for (std::size_t i = 0; i < count; ++i) {
            inserted.push_back("{\"T\":\"" + text(upTo(size)) + "\"}");
            out.insertJson(inserted.back());
        }
        return inserted;
    }

private:
    std::mt19937 random_{1};
};
INSTANTIATE_TEST_SUITE_P(Wires, FullSocket, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(FullSocket, TakesSmallRowsOnce) {
    serveAll();
    InsertStream out = client.insertStream("S");
    const auto inserted = insertRows(out, 10'000, 200);
    EXPECT_TRUE(out.close(patience).ok());
    expectStored(inserted);
}

TEST_P(FullSocket, TakesLargeRowsOnce) {
    serveAll();
    InsertStream out = client.insertStream("S");
    const auto inserted = insertRows(out, 50, 100'000);
    EXPECT_TRUE(out.close(patience).ok());
    expectStored(inserted);
}

/// The rows wait for the server, and come one by one to a socket that is full.
TEST_P(FullSocket, TakesRowsOnceThatComeToIt) {
    serve([this](InsertRequest& request, Exchange& exchange) {
        request.accept();
        exchange.waitFor(go);
        request.storeAll();
    });
    InsertStream out = client.insertStream("S");
    auto inserted = insertRows(out, 2000, 100);
    EXPECT_FALSE(out.flush(20ms));
    for (int i = 0; i < 20; ++i) {
        inserted.push_back("{\"N\":" + std::to_string(i) + "}");
        out.insertJson(inserted.back());
        EXPECT_FALSE(out.flush(2ms));
    }
    go.set();
    EXPECT_TRUE(out.close(patience).ok());
    expectStored(inserted);
}

TEST_P(FullSocket, TakesARequestWithManyRowsOnce) {
    serveAll();
    std::vector<std::string> expected;
    InsertRows inserted;
    for (int i = 0; i < 10'000; ++i) {
        const std::string value = text(upTo(200));
        inserted.add(row.clear().set("T", value));
        expected.push_back("{\"T\":\"" + value + "\"}");
    }
    EXPECT_EQ(take(client.insertInto("S", inserted)).acknowledged, expected.size());
    expectStored(expected);
}

}  // namespace
}  // namespace ksqldb::test
