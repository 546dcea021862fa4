#include "commands.h"

#include "session.h"
#include "text_width.h"
#include "words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <optional>

namespace shell {

namespace {

/// Blanks part words; '…' is one word.
std::vector<std::string> wordsOf(std::string_view text) {
    std::vector<std::string> words;
    std::size_t i = 0;
    while (true) {
        while (i < text.size() && isBlank(text[i])) ++i;
        if (i == text.size()) return words;
        std::string& word = words.emplace_back();
        if (text[i] != '\'') {
            while (i < text.size() && !isBlank(text[i])) word += text[i++];
            continue;
        }
        for (++i; i < text.size(); ++i) {
            if (text[i] == '\'' && text.substr(i, 2) != "''") break;
            if (text[i] == '\'') ++i;
            word += text[i];
        }
        if (i < text.size()) ++i;
    }
}

/// How many words make the name of the command.
std::size_t nameSize(const std::vector<std::string>& words) {
    const std::string first = upper(words[0]);
    const std::string second = words.size() > 1 ? upper(words[1]) : std::string();
    if (first == "RUN" && second == "SCRIPT") return 2;
    if (first == "SET" && second == "CLI") return 2;
    if (first == "REQUEST" && second == "PIPELINING") return 2;
    const auto known = commandWords();
    return std::find(known.begin(), known.end(), first) != known.end() && first != "RUN" ? 1 : 0;
}

std::optional<std::size_t> numberIn(std::string_view text) {
    std::size_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

std::vector<std::string> commandOf(std::string_view statement) {
    while (!statement.empty() && (isBlank(statement.back()) || statement.back() == ';'))
        statement.remove_suffix(1);
    std::vector<std::string> words = wordsOf(statement);
    if (words.empty()) return {};
    const std::size_t size = nameSize(words);
    if (size == 0) return {};
    if (size == 2) {
        words[0] += ' ' + words[1];
        words.erase(words.begin() + 1);
    }
    words[0] = upper(words[0]);
    return words;
}

std::string_view help() {
    return R"(Statements end with a semicolon, and may go over several lines.
  SELECT … EMIT CHANGES;      a push query: rows until Ctrl-C
  LIST STREAMS; DESCRIBE s;   LIST TABLES, TOPICS, QUERIES, FUNCTIONS, PROPERTIES, TYPES, …
  PRINT 'topic';              the messages of a topic, until Ctrl-C
  SET 'auto.offset.reset' = 'earliest';   for the statements that follow; UNSET takes it back
  DEFINE name = 'value';      ${name} stands for it; UNDEFINE takes it back

Commands of the shell, with or without a semicolon:
  OUTPUT [TABLE|JSON|CSV|VERTICAL]   how results look
  SET CLI WRAP ON|OFF                whether wide tables are cut
  SET CLI COLUMN-WIDTH n             of push queries; 0: by their types
  RUN SCRIPT 'file'                  runs the statements of a file
  SPOOL 'file' | SPOOL OFF           copies what is shown into a file
  SERVER [url]                       shows or changes the server; credentials stay the same
  STATUS 'command id'                what became of a statement
  WAIT 'command id' [seconds]        waits for it
  HISTORY, CLEAR, VERSION, HELP, EXIT

Tab completes. Ctrl-C cancels what runs, or the line. Ctrl-R searches the history, Ctrl-D leaves.
A line that begins with a blank is not kept in the history.
)";
}

Result Session::refuse(std::string_view message) {
    output_.error(withoutControls(message));
    return Result::Failed;
}

Result Session::runCommand(const std::vector<std::string>& words) {
    const std::string& name = words[0];
    const std::string argument = words.size() > 1 ? words[1] : std::string();
    if (name == "EXIT" || name == "QUIT") return Result::Leave;
    if (name == "HELP") {
        output_.write(help());
    } else if (name == "CLEAR") {
        output_.clearScreen();
    } else if (name == "VERSION") {
        return greet();
    } else if (name == "HISTORY") {
        std::size_t number = 0;
        if (history)
            for (const std::string& entry : history())
                output_.write(std::to_string(++number) + "  " + entry + '\n');
    } else if (name == "OUTPUT") {
        const auto format = formatNamed(argument);
        if (!argument.empty() && !format)
            return refuse("OUTPUT is TABLE, JSON, CSV or VERTICAL, not " + argument);
        if (format) look_.format = *format;
        note("Output is " + std::string(nameOf(look_.format)) + '.');
    } else if (name == "SERVER") {
        if (!argument.empty()) return changeServer(argument);
        for (const std::string& url : urls_) output_.write(url + '\n');
    } else if (name == "SPOOL") {
        return spool(argument);
    } else if (name == "RUN SCRIPT") {
        return argument.empty() ? refuse("RUN SCRIPT wants a file: RUN SCRIPT 'file';")
                                : runFile(argument);
    } else if (name == "SET CLI") {
        return setCli(words);
    } else if (name == "STATUS") {
        return argument.empty() ? refuse("STATUS wants a command's id: STATUS 'stream/`S`/create';")
                                : showStatus(argument);
    } else if (name == "WAIT") {
        const auto limit =
            words.size() > 2 ? numberIn(words[2]) : static_cast<std::size_t>(wait_.count());
        if (argument.empty() || !limit || *limit == 0 || *limit > 1'000'000)
            return refuse(
                "WAIT wants a command's id, and may have seconds: "
                "WAIT 'stream/`S`/create' 60;");
        return waitForCommand(argument, std::chrono::seconds(*limit));
    } else {
        return refuse(name + " is not known here.");
    }
    return Result::Ok;
}

Result Session::setCli(const std::vector<std::string>& words) {
    const std::string what = words.size() > 1 ? upper(words[1]) : std::string();
    const std::string value = words.size() > 2 ? upper(words[2]) : std::string();
    if (what == "WRAP" && (value == "ON" || value == "OFF")) {
        look_.wraps = value == "ON";
        return Result::Ok;
    }
    const auto width = numberIn(value);
    if (what == "COLUMN-WIDTH" && width && *width <= 10'000) {
        look_.columnWidth = *width;
        return Result::Ok;
    }
    return refuse("SET CLI knows WRAP ON, WRAP OFF and COLUMN-WIDTH with a number.");
}

Result Session::changeServer(const std::string& url) {
    ksqldb::ClientOptions changed = connection_;
    changed.servers({url});
    client_ = ksqldb::Client(changed);
    connection_ = std::move(changed);
    urls_ = {url};
    if (onChange) onChange();
    return greet();
}

Result Session::spool(const std::string& argument) {
    if (argument.empty()) return refuse("SPOOL wants a file, or OFF: SPOOL 'file';");
    if (upper(argument) == "OFF") {
        if (!output_.spools()) return refuse("SPOOL is off.");
        output_.stopSpool();
        note("SPOOL is off.");
        return Result::Ok;
    }
    try {
        output_.spoolTo(argument);
    } catch (const std::exception& error) {
        return refuse(std::string("SPOOL: ") + error.what());
    }
    note("What is shown goes to " + argument + " as well.");
    return Result::Ok;
}

}  // namespace shell
