#include "entities.h"
#include "text_width.h"

#include <algorithm>

namespace shell {

namespace {

/// Without what a connector is configured with.
Json withoutConfiguration(Json value) {
    std::erase_if(value.members, [](const auto& member) { return member.name == "config"; });
    for (auto& member : value.members) member.value = withoutConfiguration(std::move(member.value));
    return value;
}

void writeFields(Output& output, const Readable& readable) {
    std::size_t width = 0;
    for (const auto& [name, value] : readable.fields) width = std::max(width, widthOf(name));
    for (const auto& [name, value] : readable.fields) {
        std::string start = padRight(name, width) + " : ";
        for (std::size_t at = 0; at <= value.size();) {
            const std::size_t end = std::min(value.find('\n', at), value.size());
            output.write(start + inOneLine(value.substr(at, end - at)) + '\n');
            start.assign(width + 3, ' ');
            at = end + 1;
        }
    }
}

void writeReadable(Output& output, const Look& look, const Readable& readable) {
    if (!readable.message.empty()) output.write(withoutControls(readable.message) + '\n');
    writeFields(output, readable);
    for (const auto& section : readable.sections) {
        if (!section.title.empty()) output.write('\n' + section.title + '\n');
        writeGrid(output, look, section.grid);
    }
    for (const auto& [name, text] : readable.texts) {
        output.write('\n' + name + '\n' + withoutControls(text));
        if (text.back() != '\n') output.write("\n");
    }
}

/// A table where the answer is one; otherwise names and values.
Grid csvGrid(const Readable& readable) {
    if (!readable.sections.empty() && readable.sections[0].title.empty())
        return readable.sections[0].grid;
    Grid grid;
    std::vector<Cell>& row = grid.rows.emplace_back();
    const auto add = [&](const std::string& name, const std::string& value) {
        grid.columns.push_back({name});
        row.emplace_back(value);
    };
    if (!readable.message.empty()) add("Message", readable.message);
    for (const auto& [name, value] : readable.fields) add(name, value);
    return grid;
}

}  // namespace

void writeEntity(Output& output, const Look& look, std::string_view json) {
    const Json entity = parsedJson(json);
    if (look.format == Format::Json) {
        const bool hasConfiguration = entity["@type"].toText() == "connector_info";
        output.write(
            (hasConfiguration ? withoutConfiguration(entity).toJson() : std::string(json)) + '\n');
        return;
    }
    if (!entity.isObject()) return output.write(std::string(json) + '\n');
    bool isFirst = true;
    for (const Readable& part : readable(entity)) {
        if (look.format == Format::Csv) {
            writeGrid(output, look, csvGrid(part));
            continue;
        }
        if (!isFirst) output.write("\n");
        isFirst = false;
        writeReadable(output, look, part);
    }
    if (look.format != Format::Csv)
        for (const Json& warning : entity["warnings"].elements)
            output.write("Warning: " +
                         withoutControls(warning.isObject() ? warning["message"].toText()
                                                            : warning.toText()) +
                         '\n');
}

}  // namespace shell
