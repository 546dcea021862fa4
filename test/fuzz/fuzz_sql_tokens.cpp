// Any text is cut into tokens that are the whole of it, each of which is the same by itself.
#include "input.h"
#include "protocol/sql_kind.h"
#include "protocol/sql_tokenizer.h"

using namespace ksqldb;
using fuzz::require;
using protocol::SqlKind;
using protocol::SqlToken;
using protocol::SqlTokenizer;
using protocol::SqlTokenKind;

namespace {

void checkTokens(std::string_view sql) {
    SqlTokenizer tokenizer(sql);
    std::size_t end = 0;
    for (SqlToken token = tokenizer.next(); token.kind != SqlTokenKind::End;
         token = tokenizer.next()) {
        require(token.offset == end && !token.text.empty());
        end += token.text.size();
        // A token by itself is the same token.
        if (token.kind == SqlTokenKind::Unclosed) continue;
        const SqlToken again = SqlTokenizer(token.text).next();
        require(again.kind == token.kind && again.text == token.text);
    }
    require(end == sql.size());
}

/// What a statement is told to be does not depend on what stands before its first word.
void checkKind(const std::string& sql) {
    const SqlKind kind = protocol::kindOf(sql);
    require(protocol::kindOf("/* ; */ \n-- SELECT\n " + sql) == kind);
    require(!protocol::isPushQuery(sql) || kind == SqlKind::Query);
    (void)protocol::hasLimit(sql);
    const auto setting = protocol::settingOf(sql);
    if (!setting) return;
    const bool takesBack = kind == SqlKind::Unset || kind == SqlKind::Undefine;
    require(takesBack || kind == SqlKind::Set || kind == SqlKind::Define);
    require(setting->value.has_value() != takesBack);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::textOf(data, size));
    checkTokens(text);
    checkKind(text);
    return 0;
}
