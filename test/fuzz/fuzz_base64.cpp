// What is decoded encodes to the very same text; what is encoded decodes to the very same bytes.
#include "input.h"
#include "values/base64.h"

#include <span>

using namespace ksqldb;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::textOf(data, size);
    if (const auto bytes = values::decodeBase64(text))
        require(values::encodeBase64(*bytes) == text);

    const auto bytes = std::as_bytes(std::span(data, size));
    const std::string encoded = values::encodeBase64(bytes);
    require(encoded.size() == (size + 2) / 3 * 4);
    const auto decoded = values::decodeBase64(encoded);
    require(decoded && *decoded == Bytes(bytes.begin(), bytes.end()));
    return 0;
}
