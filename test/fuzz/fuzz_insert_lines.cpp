// What is taken for a row to insert is one JSON object on one line, so it can be neither two rows
// nor the end of the stream; and a target's first line holds the target, whatever it is.
#include "input.h"
#include "protocol/insert_lines.h"
#include "values/json_tree.h"

using namespace ksqldb;
using fuzz::require;
using values::JsonTree;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::textOf(data, size);
    const auto tree = JsonTree::parse(text);
    if (const auto refused = fuzz::refusalOf([&] { protocol::requireRowLine(text); })) {
        require(refused->code() == ErrorCode::InvalidArgument);
    } else {
        require(text.find('\n') == std::string_view::npos && values::isUtf8(text));
        require(text.find('\0') == std::string_view::npos);
        if (tree) require(tree->root().isObject());
    }

    std::string line;
    const auto refused = fuzz::refusalOf([&] { line = protocol::insertTargetLine(text, {}); });
    require(refused.has_value() == (text.empty() || !values::isUtf8(text)));
    if (refused) return 0;
    require(line.find_first_of("\r\n") >= line.size() - 1);
    const auto first = JsonTree::parse(line);
    require(first && first->root()["target"].string() == text);
    return 0;
}
