// What is decoded encodes to the very same text; what is encoded decodes to the very same bytes.
#include "values/base64.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

using namespace ksqldb;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto bytes = values::decodeBase64(text))
        if (values::encodeBase64(*bytes) != text) std::abort();

    const auto bytes = std::as_bytes(std::span(data, size));
    const std::string encoded = values::encodeBase64(bytes);
    if (encoded.size() != (size + 2) / 3 * 4) std::abort();
    const auto decoded = values::decodeBase64(encoded);
    if (!decoded || *decoded != Bytes(bytes.begin(), bytes.end())) std::abort();
    return 0;
}
