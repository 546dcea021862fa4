// A decimal's text is plain and reads as the same decimal; strtod(), which knows exponents, finds
// the same double in what was read.
#include "input.h"

#include <ksqldb/error.h>
#include <ksqldb/value.h>

#include <bit>

using namespace ksqldb;
using fuzz::require;

namespace {

std::optional<Decimal> read(std::string_view text) {
    try {
        return Decimal(text);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::InvalidArgument) std::abort();
        return std::nullopt;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::textOf(data, size));
    const auto decimal = read(text);
    if (!decimal) return 0;

    const std::string& plain = decimal->toString();
    require(plain.find_first_not_of("-0123456789.") == std::string::npos);
    require(read(plain) == decimal);
    require(read('+' + plain).has_value() == (plain.front() != '-'));

    const std::size_t first = plain.front() == '-' ? 1 : 0;
    require(plain[first] != '0' || first + 1 == plain.size() || plain[first + 1] == '.');
    const bool isZero = plain.find_first_of("123456789") == std::string::npos;
    require(!isZero || first == 0);

    require(decimal->scale() >= 0 && decimal->precision() >= 1);
    const auto digits = static_cast<int>(plain.size() - first) - (decimal->scale() > 0 ? 1 : 0);
    require(decimal->precision() <= digits && decimal->scale() < digits);
    if (const auto unscaled = decimal->unscaled())
        require(read(std::to_string(*unscaled) + "E-" + std::to_string(decimal->scale())) ==
                    decimal ||
                decimal->scale() > 1000);
    else
        require(decimal->precision() > 18);

    const double expected = std::strtod(text.c_str(), nullptr);
    const double found = decimal->toDouble();
    require(isZero ? found == 0
                   : std::bit_cast<std::uint64_t>(found) == std::bit_cast<std::uint64_t>(expected));
    return 0;
}
