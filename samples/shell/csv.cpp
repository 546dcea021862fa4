#include "csv.h"

namespace shell {

namespace {

void appendField(std::string& out, std::string_view text) {
    const bool isPlain = !text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos;
    if (isPlain) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    out += '"';
}

}  // namespace

std::string csvRecord(const std::vector<Cell>& cells) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i != 0) out += ',';
        if (cells[i]) appendField(out, *cells[i]);
    }
    return out += "\r\n";
}

std::string csvHeading(const std::vector<TableColumn>& columns) {
    std::vector<Cell> names;
    for (const TableColumn& column : columns) names.emplace_back(column.name);
    return csvRecord(names);
}

std::string jsonString(std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\r')
            out += "\\r";
        else if (byte < 0x20)
            ((out += "\\u00") += digits[byte >> 4U]) += digits[byte & 15U];
        else
            out += c;
    }
    return out += '"';
}

}  // namespace shell
