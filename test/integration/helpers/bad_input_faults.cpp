#include "bad_input_faults.h"

#include "loopback.h"
#include "nothing_left.h"

#include <unistd.h>

#include <array>

namespace ksqldb::test {

namespace {

using Code = ErrorCode;

std::string json(const std::string& type, int code, const std::string& message) {
    return R"({"@type":")" + type + R"(","error_code":)" + std::to_string(code) +
           R"(,"message":")" + message + "\"}";
}

Fault refusal(const std::string& name, int status, const std::string& body, Expected expected) {
    expected.httpStatus = status;
    return {name, [=](Exchange& exchange, Event&) { exchange.respond(status, body); }, expected};
}

/// After the header and two rows, both seen.
using Then = std::function<void(Exchange&, const Answer&)>;

/// An answer that begins well.
Fault after(const std::string& name, int rows, Expected expected, Then then) {
    expected.httpStatus = 200;
    return {name,
            [=](Exchange& exchange, Event& rowsSeen) {
                Answer answer(exchange);
                answer.header("query_1");
                answer.numbers(0, rows);
                exchange.waitFor(rowsSeen);
                then(exchange, answer);
            },
            expected, rows};
}

Fault body(const std::string& name, const std::string& text, Expected expected) {
    expected.httpStatus = 200;
    return {name,
            [=](Exchange& exchange, Event&) {
                exchange.head(200);
                exchange.chunk(text);
                exchange.lastChunk();
            },
            expected};
}

std::string nested(int depth) {
    return "[" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "]";
}

Expected lost(int status) {
    return {Code::ConnectionLost, status, 0, true, "the connection was lost before"};
}

void chunkStart(Exchange& exchange, const std::string& bytes) {
    exchange.send("7f\r\n" + bytes);  // 127 bytes are announced, less come
}

/// A part of an answer, after which the connection breaks.
struct Cut {
    const char* where;
    int rows;
    bool hasStatus;
    std::function<void(Exchange&, Event& rowsSeen)> begin;
};

std::vector<Cut> cuts() {
    const auto rowsThen = [](auto then) {
        return [then](Exchange& exchange, Event& rowsSeen) {
            Answer answer(exchange);
            answer.header("query_1");
            answer.numbers(0, 2);
            then(exchange, answer);
            exchange.waitFor(rowsSeen);
        };
    };
    return {
        {"BeforeTheHead", 0, false, [](Exchange&, Event&) {}},
        {"InTheHead", 0, true,
         [](Exchange& exchange, Event&) { exchange.send("HTTP/1.1 200 OK\r\ncontent-t"); }},
        {"AfterTheHead", 0, true, [](Exchange& exchange, Event&) { exchange.head(200); }},
        {"InTheHeaderLine", 0, true,
         [](Exchange& exchange, Event&) {
             Answer answer(exchange);
             exchange.head(200);
             exchange.chunk(answer.headerLine("query_1").substr(0, 30));
         }},
        {"InAChunkSize", 2, true,
         rowsThen([](Exchange& exchange, const Answer&) { exchange.send("1"); })},
        {"InARow", 2, true, rowsThen([](Exchange& exchange, const Answer& answer) {
             chunkStart(exchange, answer.rowLine("[2]").substr(0, 2));
         })},
        {"InARowBetweenChunks", 2, true, rowsThen([](Exchange& exchange, const Answer& answer) {
             exchange.chunk(answer.rowLine("[2]").substr(0, 2));
         })},
        {"BetweenRows", 2, true, rowsThen([](Exchange&, const Answer&) {})},
        {"BeforeTheLastChunk", 2, true, rowsThen([](Exchange& exchange, const Answer& answer) {
             if (!answer.isDelimited()) exchange.chunk("{\"finalMessage\":\"Query Completed\"}]");
         })},
    };
}

/// A socket with a port of its own on which nobody accepts anything. It stays open, so that the
/// port remains what it is.
struct DeadEnd {
    int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    std::uint16_t port = 0;

    DeadEnd() {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
    }
    ~DeadEnd() { ::close(socket); }
    DeadEnd(const DeadEnd&) = delete;
    DeadEnd& operator=(const DeadEnd&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port); }
};

std::string refusingUrl() {
    static const DeadEnd bound;  // but not listening
    keptForGood();
    return bound.url();
}

std::string neverAcceptingUrl() {
    // A queue for one connection, and it is full: further ones are not even refused.
    struct Full : DeadEnd {
        std::array<int, 4> waiting{};
        Full() {
            ::listen(socket, 0);
            const sockaddr_in address = loopback(port);
            for (int& one : waiting) {
                one = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
                ::connect(one, reinterpret_cast<const sockaddr*>(&address), sizeof address);
            }
        }
        ~Full() {
            for (const int one : waiting) ::close(one);
        }
    };
    static const Full full;
    keptForGood();
    return full.url();
}

}  // namespace

int Expected::category() const {
    const int hundred = static_cast<int>(code) / 100;
    return hundred == 1 ? 0 : hundred - 1;
}

std::vector<Fault> refusals() {
    const std::string html = "<html><body><h1>Bad Gateway</h1></body></html>";
    const std::string huge(4 << 20, 'x');
    return {
        refusal("Json400", 400, json("statement_error", 40001, "line 1:1: oh\\nStatement: SELECT"),
                {Code::StatementRejected, 0, 40001, false, "HTTP 400, error code 40001: line 1:1"}),
        refusal("Json401", 401, json("generic_error", 40100, "Unauthorized"),
                {Code::Unauthorized, 0, 40100, false, "Unauthorized"}),
        refusal("Json403", 403, json("generic_error", 40300, "Forbidden"),
                {Code::Unauthorized, 0, 40300, false, "Forbidden"}),
        refusal("Json429", 429, json("generic_error", 42900, "Host is at rate limit"),
                {Code::ServerError, 0, 42900, true, "rate limit"}),
        refusal("Json500", 500, json("generic_error", 50000, "internal"),
                {Code::ServerError, 0, 50000, false, "internal"}),
        refusal("Json503", 503, json("generic_error", 50302, "KSQL is not yet ready"),
                {Code::ServerError, 0, 50302, true, "not yet ready"}),
        refusal("JsonWithoutMessage", 400, R"({"error_code":40001})",
                {Code::StatementRejected, 0, 40001, false, "error code 40001"}),
        refusal("JsonOfAnotherKind", 400, R"({"detail":"who are you"})",
                {Code::HttpStatus, 0, 0, false, "who are you"}),
        refusal("JsonCutShort", 400, R"({"@type":"generic_error","error_c)",
                {Code::HttpStatus, 0, 0, false, "generic_error"}),
        refusal("Text404", 404, "Not Found", {Code::HttpStatus, 0, 0, false, "HTTP 404: Not"}),
        refusal("Html502", 502, html, {Code::HttpStatus, 0, 0, true, "Bad Gateway"}),
        refusal("Nothing401", 401, "", {Code::Unauthorized, 0, 0, false, "HTTP 401"}),
        refusal("Nothing406", 406, "", {Code::HttpStatus, 0, 0, false, "HTTP 406"}),
        refusal("Nothing500", 500, "", {Code::HttpStatus, 0, 0, false, "HTTP 500"}),
        refusal("Huge500", 500, huge, {Code::HttpStatus, 0, 0, false, "HTTP 500: xxx"}),
        refusal("Binary500", 500, std::string("\xff\x00\xfe", 3),
                {Code::HttpStatus, 0, 0, false, "no text"}),
        refusal("Redirect307", 307, "", {Code::HttpStatus, 0, 0, false, "HTTP 307"}),
        {"Body500CutShort",
         [](Exchange& exchange, Event&) {
             exchange.head(500, {{"content-length", "100"}}, false);
             exchange.send("The server is on");
             exchange.close();
         },
         {Code::HttpStatus, 500, 0, false, "The server is on"}},
        {"Reset500BeforeItsBody",
         [](Exchange& exchange, Event&) {
             exchange.head(500);
             exchange.reset();
         },
         lost(500)},
    };
}

std::vector<Fault> wrongContents() {
    const std::string html = "<!DOCTYPE html>\n<title>Log in</title>\n";
    const auto malformed = [](const std::string& what) {
        return Expected{Code::MalformedResponse, 200, 0, false, what};
    };
    const auto row = [](const std::string& name, const std::string& values, Expected expected) {
        return after(name, 2, std::move(expected), [=](Exchange& exchange, Answer answer) {
            answer.row(values);
            answer.numbers(3, 5);
            answer.end();
            (void)exchange;
        });
    };
    std::vector<Fault> all{
        body("Text", "hello\n", malformed("hello")),
        body("Html", html, malformed("<!DOCTYPE html>")),
        body("OtherJson",
             R"({"hello":1})"
             "\n",
             malformed("header")),
        body("RowFirst", "[1]\n", malformed("the answer is not what ksqlDB sends")),
        {"Encoded",
         [](Exchange& exchange, Event&) {
             exchange.respond(200, "\x1f\x8b\x08", {{"content-encoding", "gzip"}});
         },
         malformed("the answer is encoded as gzip, which was not asked for")},
        {"EmptyBody",
         [](Exchange& exchange, Event&) { exchange.respond(200); },
         {Code::TruncatedResponse, 200, 0, true, "before its header line"}},
        {"ErrorFirst",
         [](Exchange& exchange, Event&) {
             exchange.head(200);
             Answer answer(exchange);
             if (!answer.isDelimited()) exchange.chunk("[");
             answer.error(50000, "it broke");
         },
         {Code::ServerError, 200, 50000, false, "error code 50000: it broke"}},
        after("ErrorAfterRows", 2, {Code::ServerError, 200, 42900, true, "too many"},
              [](Exchange&, Answer answer) { answer.error(42900, "too many"); }),
        row("TooFewColumns", "[]", malformed("row 3 of the answer has 0 columns, the header 1")),
        row("TooManyColumns", "[2,3]", malformed("row 3 of the answer has 2 columns")),
        row("NoJsonInARow", "[2", malformed("row 3 of the answer")),
        row("NotUtf8InARow", "[\"\xff\"]", malformed("row 3 of the answer is not UTF-8")),
        row("ZeroByteInARow", std::string("[2\0]", 4), malformed("row 3 of the answer")),
        row("TooDeep", nested(70),
            {Code::NestingTooDeep, 200, 0, false, "row 3 is nested more than 64", "maxNesting"}),
        after("SecondHeader", 2, malformed("second header"),
              [](Exchange& exchange, const Answer& answer) {
                  const std::string line = answer.headerLine("query_2");
                  exchange.chunk(answer.isDelimited() ? line : line.substr(1));
                  exchange.lastChunk();
              }),
        row("LineTooLong", "[\"" + std::string(2000, 'a') + "\"]",
            {Code::LineTooLong, 200, 0, false, "maxLineBytes, 1000 bytes", "maxLineBytes"}),
        after("LineWithoutEnd", 2,
              {Code::LineTooLong, 200, 0, false, "maxLineBytes", "maxLineBytes"},
              [](Exchange& exchange, const Answer&) {
                  for (int i = 0; i < 100; ++i) exchange.chunk(std::string(1000, '['));
              }),
    };
    for (Fault& fault : all)
        if (fault.expected.code == Code::LineTooLong) fault.maxLineBytes = 1000;
    return all;
}

std::vector<Fault> brokenConnections() {
    std::vector<Fault> all{
        {"Refused",
         {},
         {Code::ConnectFailed, 0, 0, true, "no connection"},
         0,
         1 << 20,
         &refusingUrl},
        {"Garbage",
         [](Exchange& exchange, Event&) {
             exchange.send("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\r\nnot at all HTTP\r\n\r\n");
             exchange.close();
         },
         {Code::MalformedResponse, 0, 0, false, "not HTTP as it should be"}},
        {"BadChunkSize",
         [](Exchange& exchange, Event&) {
             exchange.head(200);
             exchange.send("xyz\r\n");
             exchange.waitForClientClose();
         },
         {Code::MalformedResponse, 200, 0, false, "not HTTP as it should be"}},
    };
    for (const Cut& cut : cuts()) {
        const Expected expected = lost(cut.hasStatus ? 200 : 0);
        const auto fault = [&](const std::string& how, void (*end)(Exchange&)) {
            all.push_back({how + cut.where,
                           [begin = cut.begin, end](Exchange& exchange, Event& rowsSeen) {
                               begin(exchange, rowsSeen);
                               end(exchange);
                           },
                           expected, cut.rows});
        };
        fault("Reset", [](Exchange& exchange) { exchange.reset(); });
        fault("Fin", [](Exchange& exchange) { exchange.close(); });
    }
    return all;
}

std::vector<Fault> silences() {
    const auto header = [](int status) {
        return Expected{Code::HeaderTimeout,      status,         0, true,
                        "headerTimeout, 1000 ms", "headerTimeout"};
    };
    const Expected idle{Code::IdleTimeout, 200, 0, true, ", 1000 ms", "idleTimeout"};
    std::vector<Fault> all{
        {"NeverAccepts",
         {},
         {Code::ConnectTimeout, 0, 0, true, "within connectTimeout", "connectTimeout"},
         0,
         1 << 20,
         &neverAcceptingUrl},
    };
    for (const Cut& cut : cuts()) {
        const bool hasHeaderLine = cut.rows > 0;
        all.push_back({std::string("Stalls") + cut.where,
                       [begin = cut.begin](Exchange& exchange, Event& rowsSeen) {
                           begin(exchange, rowsSeen);
                           exchange.waitForClientClose();
                       },
                       hasHeaderLine ? idle : header(cut.hasStatus ? 200 : 0), cut.rows});
    }
    return all;
}

}  // namespace ksqldb::test
