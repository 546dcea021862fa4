#include "protocol/session_variables.h"

#include <algorithm>

namespace ksqldb::protocol {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

bool LessVariable::operator()(std::string_view a, std::string_view b) const noexcept {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return lower(x) < lower(y); });
}

SessionVariables merged(const SessionVariables& variables, SessionVariables others) {
    others.insert(variables.begin(), variables.end());
    return others;
}

std::string withVariables(std::string_view text, const SessionVariables& variables) {
    std::string out;
    for (;;) {
        const std::size_t begin = text.find("${");
        const std::size_t end = begin == text.npos ? begin : text.find('}', begin);
        if (end == text.npos) return out.append(text);
        const std::string_view reference = text.substr(begin, end + 1 - begin);
        const auto variable = variables.find(reference.substr(2, reference.size() - 3));
        out += text.substr(0, begin);
        if (begin > 0 && out.back() == '$') {
            out.pop_back();
            out += reference;
        } else if (variable != variables.end()) {
            out += variable->second;
        } else {
            out += reference;
        }
        text.remove_prefix(end + 1);
    }
}

}  // namespace ksqldb::protocol
