// An error answer of any kind becomes an Error that says its status, keeps the server's text, and
// shows of it one line of a bounded length, in which the statement is not repeated.
#include "input.h"
#include "protocol/error_body.h"
#include "values/json_tree.h"

using namespace ksqldb;
using fuzz::require;
using values::JsonNode;
using values::JsonTree;

namespace {

constexpr std::size_t longestLine = 500;

void checkShown(const std::string& shown) {
    require(values::isUtf8(shown));
    require(shown.size() <= longestLine);
    require(shown.find('\n') == std::string::npos && shown.find('\r') == std::string::npos);
}

bool isLetters(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
}

/// As another of the library's readers has it.
void compareWithTree(const Error& error, std::string_view body) {
    const auto tree = JsonTree::parse(body);
    if (!tree) return;
    const JsonNode message = tree->root()["message"];
    const auto code = tree->root()["error_code"].integer();
    if (message.string()) require(error.serverMessage() == *message.string());
    if (code && *code == static_cast<int>(*code)) require(error.serverCode() == *code);
    if (!message && !tree->root()["error_code"])
        require(error.serverCode() == 0 && error.serverMessage() == body);
    // In place of the statement there are three dots.
    const std::string statement = tree->root()["statementText"].string().value_or("");
    if (message && statement.size() > 8 && isLetters(statement))
        require(std::string_view(error.what()).find(statement) == std::string_view::npos);
}

/// The server repeats the statement in its message.
void checkStatement(std::string statement, const std::string& before) {
    std::erase_if(statement, [](char c) { return !isLetters({&c, 1}); });
    if (statement.size() <= 8 || !isLetters(before)) return;
    const std::string body = R"({"error_code":40001,"message":"line 1: )" + before + " " +
                             statement + R"( is wrong","statementText":")" + statement + R"(;"})";
    const Error error = protocol::errorFromBody(400, body);
    require(std::string_view(error.what()).find(statement) == std::string_view::npos);
    require(error.serverMessage().find(statement) != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider input(data, size);
    const int status = 400 + static_cast<int>(fuzz::takeNumber(input, 199));
    const int lineCode = input.ConsumeIntegral<int>();
    const std::string body = input.ConsumeRemainingBytesAsString();

    const Error error = protocol::errorFromBody(status, body);
    require(error.httpStatus() == status);
    require(error.statement().empty());
    checkShown(error.what());
    require((status == 401) <= (error.code() == ErrorCode::Unauthorized));
    if (values::isUtf8(body)) compareWithTree(error, body);

    checkStatement(body, body.substr(0, body.find_first_of("\" {[")));

    const Error ofLine = protocol::errorFromLine(lineCode, body);
    checkShown(ofLine.what());
    require(ofLine.serverCode() == lineCode && ofLine.serverMessage() == values::asUtf8(body));

    const std::string shortened = protocol::shortened(body);
    require(body.size() < shortened.size() || shortened.size() <= longestLine);
    return 0;
}
