// What the chunks of a body hold, read in one piece, byte by byte and in pieces chosen by the
// input, must be what a reference finds that has the whole body before it.
#include "input.h"
#include "transport/chunked_body.h"

#include <vector>

using namespace ksqldb;
using fuzz::require;

namespace {

struct Result {
    std::string body;
    bool hasEnded = false;

    bool operator==(const Result& other) const = default;
};

Result reference(std::string_view bytes) {
    Result result;
    while (true) {
        const std::size_t digits =
            std::min(bytes.find_first_not_of("0123456789abcdefABCDEF"), bytes.size());
        const std::size_t line = bytes.find('\n');
        if (digits == 0 || digits > 16 || line == std::string_view::npos) return result;
        const std::uint64_t size = std::stoull(std::string(bytes.substr(0, digits)), nullptr, 16);
        bytes.remove_prefix(line + 1);
        result.hasEnded = size == 0;
        if (result.hasEnded) return result;
        result.body += bytes.substr(0, static_cast<std::size_t>(size));
        if (bytes.size() <= size) return result;
        bytes.remove_prefix(static_cast<std::size_t>(size));
        const std::size_t end = bytes.find_first_not_of('\r');
        if (end == std::string_view::npos || bytes[end] != '\n') return result;
        bytes.remove_prefix(end + 1);
    }
}

class Reading {
public:
    void feed(std::string_view bytes) {
        std::vector<char> out(bytes.size());
        result_.body.append(out.data(), chunks_.read(bytes, out.data()));
    }
    void endRound() const {}
    Result finish() {
        result_.hasEnded = chunks_.hasEnded();
        return result_;
    }

private:
    transport::ChunkedBody chunks_;
    Result result_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider input(data, size);
    const unsigned seed = fuzz::takeNumber(input, 255);
    const std::string body = input.ConsumeRemainingBytesAsString();
    require(fuzz::readInEveryWay(body, seed, [] { return Reading(); }) == reference(body));
    return 0;
}
