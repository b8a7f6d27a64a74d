# Builds or reads a list with one of Perl's modules: in_perl.pl MODULE TASK IN OUT, as in_python.py does.

use strict;
use warnings;
use utf8;
use JSON::PP;

my ($name, $task, $source, $target) = @ARGV;

sub content_of {
    my ($file) = @_;
    open my $in, '<:raw', $file or die "$file: $!";
    local $/ = undef;
    return <$in>;
}

if ($name eq 'Excel::Writer::XLSX') {
    require Excel::Writer::XLSX;
    my $book  = Excel::Writer::XLSX->new($target);
    my $sheet = $book->add_worksheet('Grades');
    my $row   = 0;
    for my $texts (@{ decode_json(content_of($source)) }) {
        my $column = 0;
        $sheet->write_string($row, $column++, $_) for @$texts;
        $row++;
    }
    $book->close;
}
else {
    require Spreadsheet::ParseXLSX;
    my $sheet = Spreadsheet::ParseXLSX->new->parse($source)->worksheet(0);
    my (undef, $last_row) = $sheet->row_range;
    my (undef, $last_column) = $sheet->col_range;
    my @rows;
    for my $row (0 .. $last_row) {
        push @rows, [ map { my $cell = $sheet->get_cell($row, $_); $cell ? $cell->value : '' } 0 .. $last_column ];
    }
    open my $out, '>:raw', $target or die "$target: $!";
    print {$out} encode_json(\@rows);
}
