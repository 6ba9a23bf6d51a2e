# SPDX-License-Identifier: GPL-3.0-or-later
# Run as cmake -DINPUT=… -DOUTPUT=… -P: writes WordList.cpp from a list of "dice digits, tab, word" lines.
file(READ "${INPUT}" lines)
string(REGEX MATCHALL "[1-6]+\t[a-z-]+\n" entries "${lines}")
list(LENGTH entries count)
if(NOT count EQUAL 7776)
  message(FATAL_ERROR "${INPUT}: 7776 words expected, ${count} found")
endif()
string(REGEX REPLACE "[1-6]+\t([a-z-]+)\n" "    \"\\1\"sv,\n" words "${lines}")
file(WRITE "${OUTPUT}" "// Made from eff_large_wordlist.txt by crypto/WordList.cmake.
#include \"crypto/WordList.h\"

#include <array>

namespace clavitor::crypto {

using namespace std::string_view_literals;

namespace {

constexpr std::array<std::string_view, ${count}> words{
${words}};

} // namespace

std::span<const std::string_view> effLongWordList()
{
    return words;
}

} // namespace clavitor::crypto
")
