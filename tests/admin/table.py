"""
Responses of the admin for each kind of route and both methods. `others` are all roles of the other table except
support; `in` and `adm` are redirects to the sign-in page and to the admin's own, which redirects again. A clerk is
staff without permissions, a deputy staff with all of them, support a superuser. `view` stands for every read-only
model, `user` for people, `part` for graders and planners, `staff` for staff; `old` is the former address of a row,
which redirects.
"""

TABLE = """
route                     how   nobody others clerk deputy admin
index                     GET   adm    adm    200   200    200
index                     POST  adm    adm    200   200    200
app_list                  GET   adm    adm    404   200    200
app_list                  POST  adm    adm    404   200    200
jsi18n                    GET   adm    adm    200   200    200
jsi18n                    POST  adm    adm    405    405    405
autocomplete              GET   adm    adm    403   403    403
autocomplete              POST  adm    adm    405    405    405
view_on_site              GET   adm    adm    404   404    404
view_on_site              POST  adm    adm    404   404    404
nowhere                   GET   adm    adm    404   404    404
nowhere                   POST  adm    adm    404   404    404
password_change           GET   adm    adm    200   200    200
password_change           POST  adm    adm    200   200    200
password_change_done      GET   adm    adm    200   200    200
password_change_done      POST  adm    adm    405    405    405
logout                    GET   adm    302    405   405    405
logout                    POST  adm    302    in    in     in

# Read-only models
view_changelist           GET   in     adm    403   200    200
view_changelist           POST  in     adm    403   200    200
view_add                  GET   in     adm    403   403    403
view_add                  POST  in     adm    403   403    403
view_change               GET   in     adm    403   200    200
view_change               POST  in     adm    403   403    403
view_delete               GET   in     adm    403   403    403
view_delete               POST  in     adm    403   403    403
view_history              GET   in     adm    403   200    200
view_history              POST  in     adm    403   200    200
view_old                  GET   in     adm    302   302    302
view_old                  POST  in     adm    302   302    302

# People
user_changelist           GET   in     adm    403   200    200
user_changelist           POST  in     adm    403   200    200
user_add                  GET   in     adm    403   200    200
user_add                  POST  in     adm    403   200    200
user_change               GET   in     adm    403   200    200
user_change               POST  in     adm    403   302    302
user_delete               GET   in     adm    403   403    403
user_delete               POST  in     adm    403   403    403
user_history              GET   in     adm    403   200    200
user_history              POST  in     adm    403   200    200
user_password_change      GET   in     adm    403   200    200
user_password_change      POST  in     adm    403   302    302
hand_over_exams           GET   in     adm    403   200    200
hand_over_exams           POST  in     adm    403   302    302
part_password_change      GET   in     adm    403   200    200
part_password_change      POST  in     adm    403   200    200
staff_change              GET   in     adm    403   200    200
staff_change              POST  in     adm    403   403    302
staff_password_change     GET   in     adm    403   403    200
staff_password_change     POST  in     adm    403   403    302
"""

LINES = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
ROLES, ROWS = LINES[0][2:], LINES[1:]
