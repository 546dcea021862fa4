#include "values/name_hint.h"

#include <algorithm>

namespace ksqldb::values {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool differOnlyInCase(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

template <class NameAt>
std::string hint(std::string_view name, std::size_t count, NameAt nameAt) {
    for (std::size_t i = 0; i < count; ++i)
        if (differOnlyInCase(name, nameAt(i)))
            return "; there is " + nameAt(i) + ", and case counts";
    return {};
}

}  // namespace

std::string columnHint(const Schema& schema, std::string_view name) {
    return hint(name, schema.size(), [&](std::size_t i) { return schema[i].name; });
}

std::string fieldHint(const Type& type, std::string_view name) {
    return hint(name, type.fieldCount(), [&](std::size_t i) { return type.fieldName(i); });
}

}  // namespace ksqldb::values
