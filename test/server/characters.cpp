#include "characters.h"

namespace ksqldb::server {

namespace {

bool isIn(char c, char first, char last) { return c >= first && c <= last; }

}  // namespace

bool isSpace(char c) { return c == ' ' || isIn(c, '\t', '\r'); }

bool isIdentifierChar(char c) {
    return isIn(c, 'a', 'z') || isIn(c, 'A', 'Z') || isIn(c, '0', '9') || c == '_';
}

bool isWordChar(char c) { return isIdentifierChar(c) || static_cast<unsigned char>(c) >= 0x80; }

std::string lowerCase(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (isIn(c, 'A', 'Z')) c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string upperCase(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (isIn(c, 'a', 'z')) c = static_cast<char>(c - 'a' + 'A');
    return result;
}

}  // namespace ksqldb::server
